#pragma once

#include <algorithm>

#include "experiments/behaviour/normal_quantile.hpp"

namespace homolog::experiments {

/// z of a rate; NaN of NaN. Infinite ones take a value beyond that of every other rate, so that their
/// difference is 0 where both are, and beyond the limit of d' where one is.
[[nodiscard]] inline double limited_z(double rate) {
  constexpr double kBeyond = 50.0;  // the smallest rate that is not 0 has z = -38.5
  return std::clamp(normal_quantile(rate), -kBeyond, kBeyond);
}

/// d' of the z of hits and of false alarms, within [-5, 5]; NaN if either is.
[[nodiscard]] inline double limited_difference(double z_hits, double z_false_alarms) {
  constexpr double kLimit = 5.0;
  return std::clamp(z_hits - z_false_alarms, -kLimit, kLimit);
}

}  // namespace homolog::experiments
