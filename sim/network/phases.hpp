#pragma once

#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// Phase coding: what a spike says depends on the step in which it is fired. With a period of K `phases`,
///
///   worth(t) = 2^-(1 + t mod K)
///
/// is the worth of a spike in step t, for all neurons alike: the spikes of a period are the digits of a
/// binary fraction. With 0 phases every spike is worth 1 (the rate code).
///
/// Source: Kim, Kim, Huh, Lee and Choi 2018, doi:10.1016/j.neucom.2018.05.087 ("Deep neural networks with
/// weighted spikes").
[[nodiscard]] float worth(Step step, Step phases) noexcept;

/// worth(0) + ... + worth(steps - 1): what a neuron says that fires in every step. A whole period is worth
/// 1 - 2^-K.
[[nodiscard]] double summed_worth(Step steps, Step phases) noexcept;

/// worth(K - 1): of the last phase; 1 with 0 phases.
[[nodiscard]] float least_worth(Step phases) noexcept;

/// What a neuron's constant current is multiplied by in a step, so that a period brings it
/// summed_worth(phases) times: worth(step); if the image is in it (`at_onset`), all at once in the first step
/// of the period. So neurons that see the image alone fire its binary digits, as the input neurons of Kim et
/// al. do.
[[nodiscard]] float current_share(Step step, Step phases, bool at_onset) noexcept;

/// The longest period: the worth of its last phase is then as fine as a float32 of 1/2 .. 1.
inline constexpr Step kMostPhases = 24;

}  // namespace homolog::sim
