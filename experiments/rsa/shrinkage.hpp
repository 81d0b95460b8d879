#pragma once

#include <Eigen/Core>

namespace homolog::experiments {

/// The estimate identity * I + sample * S of a covariance matrix, with the sample covariance S.
struct Shrinkage {
  double identity = 0.0;
  double sample = 1.0;
};

/// What the optimal intensity follows from, for m rows x_k of deviations over P units.
struct DeviationSums {
  double degrees_of_freedom = 0.0;  ///< of S = sum_k x_k x_k' / dof; less than m
  double units = 0.0;               ///< P
  Eigen::VectorXd squared_norms{};  ///< |x_k|^2, one per row
  double fourth_powers = 0.0;       ///< sum over rows and units of x_ku^4
  double squared_products = 0.0;    ///< sum over all pairs of units of (sum_k x_ku x_kv)^2
};

/// Ledoit & Wolf 2004, doi:10.1016/S0047-259X(03)00096-4, eq. 14 with d^2, b^2 and mu of their section 3.2,
/// as rsatoolbox has it: moments divided by m, the estimate then multiplied by m / dof. No deviation at all:
/// nothing to shrink towards, both 0.
[[nodiscard]] Shrinkage shrinkage_to_identity(const DeviationSums& sums);

/// Schaefer & Strimmer 2005, doi:10.2202/1544-6115.1175, target D, on units that were scaled to a variance of
/// 1: correlations times 1 - lambda, lambda = sum of the estimated variances of the correlations / sum of
/// their squares, over pairs of different units, cut to [0, 1]; 1 if there is no pair. `squared_products` has
/// pairs of different units only. The variance is m / dof^2 (mean of squared products - square of the mean
/// product), means with divisor dof, as in rsatoolbox.
[[nodiscard]] Shrinkage shrinkage_to_variances(const DeviationSums& sums);

}  // namespace homolog::experiments
