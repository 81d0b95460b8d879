#pragma once

#include <cstddef>
#include <span>

#include "sim/engine/events.hpp"
#include "sim/neuron/neurons.hpp"

namespace homolog::sim {

/// The state of a population of neurons and its input in one step; all arrays [units].
struct NeuronStep {
  std::span<float> v{};
  std::span<Step> refractory_left{};  ///< empty for a model without refractory period
  std::span<float> z{};               ///< summed contributions; set to 0 once used
  const float* current = nullptr;     ///< constant current, or null for none
};

/// Integrates and fires every unit once: `fired` receives the ascending units, their number is returned.
/// `surplus` becomes true if a unit is still at or above the threshold after it has fired.
std::size_t update_neurons(const Neuron& model, const NeuronStep& step, UnitId* fired, bool& surplus);

/// Whether units without any input stay as they are as long as none is at the threshold, so that a
/// silent population need not be updated.
[[nodiscard]] bool rests_without_input(const Neuron& model);

/// Collects the units whose z is not 0, with their values, and sets z to 0. Returns how many.
std::size_t take_nonzero(std::span<float> z, UnitId* units, float* values);

}  // namespace homolog::sim
