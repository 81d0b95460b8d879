#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Spike trains of some units during several presentations, a bit for every step.
struct SpikeTrains {
  std::int64_t presentations = 0;
  std::int64_t units = 0;
  std::int64_t steps = 0;
  /// [presentations, units, words(steps)]; step s is bit s % 64 of word s / 64, later bits are 0.
  std::vector<std::uint64_t> bits{};

  /// Words of one train.
  [[nodiscard]] static std::int64_t words(std::int64_t steps) noexcept { return (steps + 63) / 64; }
  [[nodiscard]] std::span<const std::uint64_t> of(std::int64_t presentation, std::int64_t unit) const {
    const auto width = static_cast<std::size_t>(words(steps));
    return std::span(bits).subspan(static_cast<std::size_t>(presentation * units + unit) * width, width);
  }
};

/// Spikes in steps [first, last) of a train.
[[nodiscard]] std::int64_t spikes_between(std::span<const std::uint64_t> train, std::int64_t first,
                                          std::int64_t last);

/// The steps in which a train has its spikes, ascending, appended to `steps`.
void append_spike_steps(std::span<const std::uint64_t> train, std::vector<double>& steps);

}  // namespace homolog::experiments
