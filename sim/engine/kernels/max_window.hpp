#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/tile.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// The windows of one max pooling, prepared for spikes. A window's maximum rises in a step if the largest
/// spike count of its units does. What counts within a block of steps is how far behind the maximum each
/// unit was before it: at most kMostSteps can be made up, so bytes are enough.
class MaxWindowKernel {
 public:
  explicit MaxWindowKernel(const MaxPool& kernel);

  /// Whether the channels of this chunk of the target belong to this pooling.
  [[nodiscard]] bool reaches(const Chunk& chunk) const noexcept {
    return chunk.first >= first_channel_ && chunk.first < first_channel_ + channels_;
  }

  /// Steps in which the maxima of the tile's position x rise: risen[step] gets the lanes of the chunk.
  /// `counts`: spikes of every source unit before the block, [H,W,C]; empty if there were none.
  /// Returns the number of deliveries, (spike, window) pairs.
  std::uint64_t rises(const SourceRows& source, std::span<const std::uint32_t> counts, std::size_t x,
                      const Tile& tile, std::array<std::uint64_t, kMostSteps>& risen) const;

 private:
  std::size_t channels_ = 1;  ///< of the source
  std::size_t in_width_ = 1;
  std::size_t first_channel_ = 0;
  WindowTaps rows_;
  WindowTaps columns_;
};

/// counts[unit] += spikes of the source that arrived in the block.
void count_spikes(const SourceRows& source, std::span<std::uint32_t> counts);

}  // namespace homolog::sim
