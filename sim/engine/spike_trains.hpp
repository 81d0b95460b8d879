#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/kernels/source_rows.hpp"

namespace homolog::sim {

/// The spikes of one source row during a block of steps, unit by unit: each unit that fires, with a word of
/// which bit s says whether it fires in step s of the block.
class SpikeTrains {
 public:
  /// Replaces the content by the spikes of row y, which has `width` positions of `channels` units.
  void collect(const SourceRows& source, std::size_t y, std::size_t width, std::size_t channels);

  /// The units that fire, ascending: position * channels + channel.
  [[nodiscard]] const UnitId* units() const noexcept { return units_.data(); }
  /// As units(), when the unit fires; never 0.
  [[nodiscard]] const std::uint64_t* trains() const noexcept { return trains_.data(); }
  /// [width + 1]: units at position x are first()[x] .. first()[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* first() const noexcept { return first_.data(); }
  /// Number of units that fire.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Their spikes.
  [[nodiscard]] std::uint64_t spikes() const noexcept { return spikes_; }

  /// Bytes for a row, at worst.
  [[nodiscard]] static std::uint64_t bytes(std::size_t width, std::size_t channels) noexcept {
    return std::uint64_t{width} * channels * (sizeof(UnitId) + sizeof(std::uint64_t)) +
           (std::uint64_t{width} + 1) * sizeof(std::uint32_t);
  }

 private:
  std::size_t count_ = 0;
  std::uint64_t spikes_ = 0;
  GrowingBuffer<UnitId> units_{};
  GrowingBuffer<std::uint64_t> trains_{};
  std::vector<std::uint32_t> first_{};
};

/// A source row that a row of windows reads, through one row of the kernel.
struct TrainRow {
  const SpikeTrains* trains = nullptr;
  std::size_t kernel = 0;
};

/// words[i], bit s = what was words[s], bit i; 64 words.
void transpose_bits(std::uint64_t* words);

}  // namespace homolog::sim
