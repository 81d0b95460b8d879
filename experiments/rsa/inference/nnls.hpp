#pragma once

#include <Eigen/Core>

namespace homolog::experiments {

/// The w >= 0 that minimises |A w - b|^2 (Lawson & Hanson 1974, Solving Least Squares Problems, chapter 23,
/// doi:10.1137/1.9781611971217), by active sets on the triangular factor of A. A: [m, k], b: [m]; result [k].
/// With dependent columns there are several minima; one of them. All finite.
[[nodiscard]] Eigen::VectorXd nonnegative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace homolog::experiments
