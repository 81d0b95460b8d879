#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/comparison.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Noise variances that are tried first, in tens of the mean variance of the first RDM's kernel.
constexpr int kFirstDecade = -8;
constexpr int kLastDecade = 4;

// Width in log(noise variance) to which the minimum is found. The distance is smooth there, so its error is
// of the order of the width squared.
constexpr double kWidth = 1e-7;

/// The kernel in orthonormal contrasts of the patterns (Helmert): [n - 1, n - 1], without the zero
/// eigenvalue that centring leaves. The contrasts of independent noise of variance 1 are then the identity.
/// Distances of pairs of kernels do not depend on which n - 1 independent contrasts are taken.
MatrixXd contrast_kernel(std::span<const double> pairs) {
  const MatrixXd kernel = centred_kernel(pairs);
  const Index n = kernel.rows();
  MatrixXd contrasts = MatrixXd::Zero(n - 1, n);
  for (Index c = 1; c < n; ++c) {
    const auto before = static_cast<double>(c);
    const double norm = std::sqrt(before * (before + 1.0));
    contrasts.row(c - 1).head(c).setConstant(1.0 / norm);
    contrasts(c - 1, c) = -before / norm;
  }
  return contrasts * kernel * contrasts.transpose();
}

/// The distance for a given ratio of noise to signal; the factor of both is already the best one.
class Distance {
 public:
  /// `factor` is of the second kernel.
  Distance(const MatrixXd& first, const Eigen::LLT<MatrixXd>& factor)
      : signal_(relative_to(factor, first)),
        noise_(relative_to(factor, MatrixXd::Identity(first.rows(), first.cols()))) {}

  /// min over s of sqrt(sum_k (s + log l_k)^2), l the eigenvalues of (signal * first + noise * I) relative to
  /// the second kernel: the standard deviation of log l times sqrt(n - 1). Infinite unless all l > 0.
  [[nodiscard]] double operator()(double signal, double noise) const {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(signal * signal_ + noise * noise_,
                                                         Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success || !(solver.eigenvalues()[0] > 0.0)) {
      return kInfinity;
    }
    const Eigen::ArrayXd logs = solver.eigenvalues().array().log();
    return std::sqrt((logs - logs.mean()).square().sum());
  }

 private:
  static MatrixXd relative_to(const Eigen::LLT<MatrixXd>& factor, const MatrixXd& matrix) {
    const MatrixXd half = factor.matrixL().solve(matrix);
    return factor.matrixL().solve(half.transpose());
  }

  MatrixXd signal_;
  MatrixXd noise_;
};

/// Minimum of f on [low, high] by golden section, to kWidth.
template <class F>
double golden_section(const F& f, double low, double high) {
  const double ratio = (std::sqrt(5.0) - 1.0) / 2.0;
  double left = high - ratio * (high - low);
  double right = low + ratio * (high - low);
  double at_left = f(left);
  double at_right = f(right);
  while (high - low > kWidth) {
    if (at_left < at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - ratio * (high - low);
      at_left = f(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + ratio * (high - low);
      at_right = f(right);
    }
  }
  return std::min(at_left, at_right);
}

/// Minus the affine-invariant Riemannian distance between the second kernel and the first, scaled and with
/// noise added: -min over a, b of sqrt(sum log^2 of the eigenvalues of (e^a K + e^b I) relative to L), as
/// rsatoolbox's neg_riem_dist. (Shahbazi et al. 2021, doi:10.1016/j.neuroimage.2021.118271.) It is not
/// symmetric: the first RDM is the model's.
///
/// rsatoolbox searches a and b by Nelder-Mead from (0, 0) to 1e-4. For a given b - a the best a is minus the
/// mean of the logarithms, so one search remains: first in decades, which also finds a minimum far from (0,
/// 0), then by golden section; no noise and nothing but noise are tried as well.
double negative_riemannian(std::span<const double> x, std::span<const double> y) {
  check_pairs(x, y);
  if (pattern_count(x.size()) < 3 || all_zero(x) || all_zero(y)) {
    return kNaN;
  }
  const MatrixXd first = contrast_kernel(x);
  const MatrixXd second = contrast_kernel(y);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(second, Eigen::EigenvaluesOnly);
  const Index last = second.rows() - 1;
  const double least = static_cast<double>(second.rows()) * std::numeric_limits<double>::epsilon() *
                       solver.eigenvalues()[last];
  if (!(solver.eigenvalues()[0] > least) || !(solver.eigenvalues()[last] > 0.0)) {
    return kNaN;
  }
  const Distance distance(first, Eigen::LLT<MatrixXd>(second));
  const double unit = first.norm() / std::sqrt(static_cast<double>(first.rows()));
  const auto with_noise = [&](double log_noise) { return distance(1.0, unit * std::exp(log_noise)); };

  const double decade = std::log(10.0);
  double best = kInfinity;
  double place = kFirstDecade * decade;
  for (int k = kFirstDecade; k <= kLastDecade; ++k) {
    const double value = with_noise(k * decade);
    if (value < best) {
      best = value;
      place = k * decade;
    }
  }
  if (best < kInfinity) {
    best = std::min(best, golden_section(with_noise, place - decade, place + decade));
  }
  best = std::min({best, distance(1.0, 0.0), distance(0.0, 1.0)});
  return -best;
}

}  // namespace

void register_negative_riemannian(ComparisonRegistry& registry) {
  registry.add("negative_riemannian",
               "minus the Riemannian distance of the kernels, noise fitted (0 is best)",
               Comparison{Scale::raw, Scale::raw, negative_riemannian});
}

}  // namespace homolog::experiments
