#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/tile.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// The windows of one max pooling, prepared for spikes. A window's maximum rises in a step if the largest
/// spike count of its units does (and may fall if spikes have signs): the counts of all units are followed
/// through the steps of a block, first the maximum of every column of a row of windows, then that of every
/// window's columns.
class MaxWindowKernel {
 public:
  explicit MaxWindowKernel(const MaxPool& kernel);

  /// Whether the channels of this chunk of the target belong to this pooling.
  [[nodiscard]] bool reaches(const Chunk& chunk) const noexcept {
    return chunk.first >= first_channel_ && chunk.first < first_channel_ + channels_;
  }

  /// Called for every position x with the lanes of the chunk whose maximum changes, and those of them where
  /// it falls, per step of the block.
  using Receive = std::function<void(std::size_t x, std::span<const std::uint64_t> changed,
                                     std::span<const std::uint64_t> fallen)>;

  /// Row y of the target. `counts`: spikes of every source unit before the block, [H,W,C]; `total_steps`: of
  /// the whole presentation, which no count exceeds. Returns the number of deliveries, (spike, window) pairs.
  std::uint64_t rises(const SourceRows& source, std::span<const std::uint32_t> counts, Step total_steps,
                      std::size_t y, const Chunk& chunk, const Receive& receive) const;

 private:
  template <class Count>
  std::uint64_t rises_as(const SourceRows& source, std::span<const std::uint32_t> counts, std::size_t y,
                         const Chunk& chunk, const Receive& receive) const;

  std::size_t channels_ = 1;  ///< of the source
  std::size_t in_width_ = 1;
  std::size_t out_width_ = 1;
  std::size_t first_channel_ = 0;
  WindowTaps rows_;
  WindowTaps columns_;
};

/// counts[unit] += spikes of the source that arrived in the block, with their signs.
void count_spikes(const SourceRows& source, std::span<std::uint32_t> counts);

}  // namespace homolog::sim
