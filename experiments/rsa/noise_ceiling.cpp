#include "experiments/rsa/noise_ceiling.hpp"

#include <cstddef>
#include <limits>
#include <vector>

namespace homolog::experiments {

NoiseCeiling noise_ceiling(const Comparison& comparison, std::span<const ScaledRdm> subjects) {
  if (subjects.size() < 2) {
    return {.low = std::numeric_limits<double>::quiet_NaN(),
            .high = std::numeric_limits<double>::quiet_NaN()};
  }
  // Sums stand for means: no scale keeps a positive factor. Sums of mid-ranks are exact, so subtracting one
  // subject leaves ties as they are.
  std::vector<double> sum(subjects.front().on(comparison.scale).size(), 0.0);
  for (const ScaledRdm& subject : subjects) {
    const std::span<const double> pairs = subject.on(comparison.scale);
    for (std::size_t k = 0; k < sum.size(); ++k) {
      sum[k] += pairs[k];
    }
  }
  const std::vector<double> pooled = on_scale(comparison.scale, sum);
  NoiseCeiling ceiling;
  std::vector<double> others(sum.size());
  for (const ScaledRdm& subject : subjects) {
    const std::span<const double> pairs = subject.on(comparison.scale);
    for (std::size_t k = 0; k < sum.size(); ++k) {
      others[k] = sum[k] - pairs[k];
    }
    ceiling.low += comparison.compare(on_scale(comparison.scale, others), pairs);
    ceiling.high += comparison.compare(pooled, pairs);
  }
  ceiling.low /= static_cast<double>(subjects.size());
  ceiling.high /= static_cast<double>(subjects.size());
  return ceiling;
}

}  // namespace homolog::experiments
