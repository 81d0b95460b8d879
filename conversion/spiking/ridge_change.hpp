#pragma once

#include <Eigen/Core>

namespace homolog::conversion {

/// Sums over the samples of a regression of residuals r on features x.
struct RegressionSums {
  double samples = 0.0;
  Eigen::MatrixXd xx{};  ///< sum of x x', [features, features], lower triangle
  Eigen::MatrixXd xr{};  ///< sum of x r', [features, channels]
  Eigen::VectorXd x{};
  Eigen::VectorXd r{};

  RegressionSums(Eigen::Index features, Eigen::Index channels);
};

/// The ridge regression (G + lambda I)^-1 C of both halves of the samples together, [features, channels]; of
/// deviations from the half's means if `centred`. lambda is the one of 1, 1e-1 .. 1e-5 mean eigenvalues of G
/// with which each half's regression lowers the squared residuals of the other half, and both together most.
/// Empty if there is none, or if a half has no samples.
[[nodiscard]] Eigen::MatrixXd ridge_change(RegressionSums a, RegressionSums b, bool centred);

}  // namespace homolog::conversion
