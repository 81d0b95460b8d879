#include "experiments/rsa/shrinkage.hpp"

#include <algorithm>

namespace homolog::experiments {

Shrinkage shrinkage_to_identity(const DeviationSums& sums) {
  const auto rows = static_cast<double>(sums.squared_norms.size());
  const double mean_variance = sums.squared_norms.sum() / (rows * sums.units);
  const double squared_sample = sums.squared_products / (rows * rows);
  const double d2 = squared_sample - sums.units * mean_variance * mean_variance;
  const double b2 = (sums.squared_norms.squaredNorm() / rows - squared_sample) / rows;
  const double lambda = d2 > 0.0 ? std::clamp(b2 / d2, 0.0, 1.0) : 1.0;  // d2 = 0: S is its own target
  return {.identity = lambda * mean_variance * rows / sums.degrees_of_freedom, .sample = 1.0 - lambda};
}

Shrinkage shrinkage_to_variances(const DeviationSums& sums) {
  const auto rows = static_cast<double>(sums.squared_norms.size());
  const double dof = sums.degrees_of_freedom;
  const double squared_correlations = sums.squared_products / (dof * dof);
  if (!(squared_correlations > 0.0)) {
    return {.identity = 1.0, .sample = 0.0};
  }
  const double mean_squares = (sums.squared_norms.squaredNorm() - sums.fourth_powers) / dof;
  const double variances = rows / (dof * dof) * (mean_squares - squared_correlations);
  const double lambda = std::clamp(variances / squared_correlations, 0.0, 1.0);
  return {.identity = lambda, .sample = 1.0 - lambda};
}

}  // namespace homolog::experiments
