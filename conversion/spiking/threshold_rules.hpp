#pragma once

#include <span>

#include "sim/neuron/neuron_model.hpp"

namespace homolog::conversion {

/// What `steps` steps of constant input make of an activation: threshold * clip(floor(a * steps / threshold +
/// initial), 0, steps) / steps, with reset by subtraction and `initial` in units of the threshold.
[[nodiscard]] double quantised(double activation, double threshold, sim::Step steps, double initial);

/// The threshold with the least sum of |error|^power of quantised() over `activations`, among 95 candidates:
/// `largest` times 0.06, 0.07, ... 1.00. Of equally good ones the largest. `largest` > 0; `power` 2 (Li et
/// al. 2021, "A free lunch from ANN", ICML) or 3, which clips less (norms above 2: Nahshan et al. 2021,
/// arXiv:1911.07190).
[[nodiscard]] float least_error_threshold(std::span<const float> activations, float largest, sim::Step steps,
                                          double initial, int power);

/// One image's step of local threshold balancing (Bu et al., "Inference-scale complexity in ANN-SNN
/// conversion"): threshold + mean over all activations of max(0, activation - threshold). That is the
/// published rule theta
/// <- theta + c * 2 * mean((x - theta) 1[x > theta]) with c = 1/2, beginning at 0: a channel's threshold
/// grows as long as something exceeds it, the more slowly the rarer that is.
[[nodiscard]] double balanced_threshold(std::span<const float> activations, double threshold);

}  // namespace homolog::conversion
