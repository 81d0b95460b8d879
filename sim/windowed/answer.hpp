#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::sim {

/// What the potentials of a whole population have in common.
struct PotentialRange {
  float highest = -std::numeric_limits<float>::infinity();
  bool finite = true;
};
/// Takes `potentials` into account.
void extend(PotentialRange& range, std::span<const float> potentials);

/// How a population of window neurons answers in one presentation.
class Answer {
 public:
  Answer(const WindowNeuron& neuron, const PotentialRange& range);

  /// Length of the window in units of the potential; 0: it has none.
  [[nodiscard]] float length() const noexcept { return length_; }
  /// Largest value that spikes can say.
  [[nodiscard]] float largest() const noexcept { return largest_; }
  /// Whether a potential above largest() is an error of the window (and not a property of the unit).
  [[nodiscard]] bool clips() const noexcept { return clips_; }

  /// Replaces the potentials of some units by their values, and sets bit i of `bits` where unit i fires (all
  /// other bits of those words become 0). Returns how many potentials were clipped.
  std::uint64_t fire(std::span<float> potentials, std::uint64_t* bits) const;

 private:
  WindowNeuron neuron_;
  float length_ = 0.0F;
  float largest_ = 0.0F;
  bool clips_ = false;
};

/// Appends the times, in [0, 1) of the window and ascending, of the spikes of a unit with this value > 0.
/// `length`: Answer::length() of the population.
void append_times(const WindowNeuron& neuron, float length, float value, std::vector<double>& times);

/// Spikes that say `value` >= 0.
[[nodiscard]] std::uint32_t spikes_of(const WindowNeuron& neuron, float value);

}  // namespace homolog::sim
