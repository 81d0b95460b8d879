#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/spike_trains.hpp"

namespace homolog::sim {

/// The spikes of one source row during a block of steps as a single list: unit by unit, and step by step of
/// each.
class UnitEvents {
 public:
  /// An entry is unit << kStepBits | step; units as SpikeTrains numbers them.
  static constexpr unsigned kStepBits = 6;
  /// Units that an entry can name.
  static constexpr std::uint64_t kMostUnits = std::uint64_t{1} << (32U - kStepBits);
  static_assert(std::size_t{1} << kStepBits == kMostSteps);

  /// Replaces the content by the spikes of row y, which has `width` positions of `channels` units.
  void collect(const SourceRows& source, std::size_t y, std::size_t width, std::size_t channels);

  [[nodiscard]] const std::uint32_t* entries() const noexcept { return entries_.data(); }
  /// [width + 1]: entries at position x are first()[x] .. first()[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* first() const noexcept { return first_.data(); }
  /// [width]: bit s is set if a unit at the position fires in step s.
  [[nodiscard]] const std::uint64_t* active() const noexcept { return active_.data(); }
  /// [kMostSteps]: spikes at position x in each step.
  [[nodiscard]] const std::uint16_t* counts(std::size_t x) const noexcept {
    return counts_.data() + x * kMostSteps;
  }
  /// More units in a position than this could make a count overflow.
  static constexpr std::size_t kMostChannels = 0xFFFF;

  /// Bytes for a row with so many spikes, at most.
  [[nodiscard]] static std::uint64_t bytes(std::size_t width, std::size_t channels,
                                           std::uint64_t spikes) noexcept {
    return SpikeTrains::bytes(width, channels) + spikes * sizeof(std::uint32_t) +
           std::uint64_t{width} * (sizeof(std::uint32_t) + sizeof(std::uint64_t) + 2 * kMostSteps);
  }

 private:
  SpikeTrains trains_{};
  GrowingBuffer<std::uint32_t> entries_{};
  GrowingBuffer<std::uint16_t> counts_{};
  std::vector<std::uint32_t> first_{};
  std::vector<std::uint64_t> active_{};
};

/// A source row that a row of windows reads, through one row of the kernel.
struct UnitRow {
  const UnitEvents* events = nullptr;
  std::size_t kernel = 0;
};

}  // namespace homolog::sim
