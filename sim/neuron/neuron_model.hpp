#pragma once

#include <concepts>
#include <cstdint>

namespace homolog::sim {

/// Simulated time in whole steps since the onset of the stimulus.
using Step = std::uint32_t;

/// What happens to the membrane potential when a unit fires.
enum class Reset {
  subtract,  ///< v -= threshold: keeps the surplus, so input is conserved
  zero,      ///< v = 0: loses the surplus; rates come out low
};

/// A neuron model is a value: parameters that a population shares. Its state per unit is one membrane
/// potential and, with a refractory period, the number of steps left in it; the engine keeps both.
///
/// In one step the engine sums all input of a unit first (contributions and constant current) and then
/// calls `integrate` once: v <- f(v, input), and `fires`, which also resets v. Simultaneous inputs
/// therefore commute up to the fixed order of their sum. Units in their refractory period are not
/// integrated: input that arrives meanwhile is dropped and v does not change (no leak either).
// clang-format off
template <class M>
concept NeuronModel = std::semiregular<M> && requires(const M model, float& v, float input) {
  { model.initial_potential() } noexcept -> std::same_as<float>;
  { model.integrate(v, input) } noexcept -> std::same_as<void>;
  { model.fires(v) } noexcept -> std::same_as<bool>;
  { model.refractory } -> std::convertible_to<Step>;
  { M::kName } -> std::convertible_to<const char*>;
};
// clang-format on

}  // namespace homolog::sim
