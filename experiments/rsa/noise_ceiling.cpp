#include "experiments/rsa/noise_ceiling.hpp"

#include <cstddef>
#include <vector>

#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// The mean RDM of all subjects but one (`except`; of all when it is no subject's number), on the scale that
/// is compared.
std::vector<double> pooled(const Comparison& comparison, std::span<const ScaledRdm> subjects,
                           std::size_t except) {
  std::vector<double> sum(subjects.front().on(comparison.pooling).size(), 0.0);
  for (std::size_t s = 0; s < subjects.size(); ++s) {
    if (s == except) {
      continue;
    }
    const std::span<const double> pairs = subjects[s].on(comparison.pooling);
    for (std::size_t k = 0; k < sum.size(); ++k) {
      sum[k] += pairs[k];
    }
  }
  // On the other scales a positive factor makes no difference, and the sum stands for the mean.
  if (comparison.scale == Scale::raw) {
    const std::size_t pooled_subjects = subjects.size() - (except < subjects.size() ? 1 : 0);
    for (double& value : sum) {
      value /= static_cast<double>(pooled_subjects);
    }
  }
  return on_scale(comparison.scale, sum);
}

}  // namespace

NoiseCeiling noise_ceiling(const Comparison& comparison, std::span<const ScaledRdm> subjects) {
  if (subjects.size() < 2) {
    return {.low = kNaN, .high = kNaN};
  }
  const std::vector<double> all = pooled(comparison, subjects, subjects.size());
  NoiseCeiling ceiling;
  for (std::size_t s = 0; s < subjects.size(); ++s) {
    const std::span<const double> pairs = subjects[s].on(comparison.scale);
    ceiling.low += comparison.compare(pooled(comparison, subjects, s), pairs);
    ceiling.high += comparison.compare(all, pairs);
  }
  ceiling.low /= static_cast<double>(subjects.size());
  ceiling.high /= static_cast<double>(subjects.size());
  return ceiling;
}

}  // namespace homolog::experiments
