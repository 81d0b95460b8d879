#include "conversion/spiking/ridge_change.hpp"

#include <Eigen/Cholesky>

namespace homolog::conversion {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Takes the means away.
void centre(RegressionSums& sums) {
  if (sums.samples > 0.0) {
    sums.xx.selfadjointView<Eigen::Lower>().rankUpdate(sums.x, -1.0 / sums.samples);
    sums.xr -= sums.x * sums.r.transpose() / sums.samples;
  }
}

/// By how much `change` [features, channels] of the weights alters the sum of squared residuals.
double gain(const RegressionSums& m, const MatrixXd& change) {
  const MatrixXd response = m.xx.selfadjointView<Eigen::Lower>() * change;
  return (change.array() * (response - 2.0 * m.xr).array()).sum();
}

MatrixXd ridge(MatrixXd gram, const MatrixXd& correlation, double lambda) {
  gram.diagonal().array() += lambda;
  const Eigen::LLT<Eigen::Ref<MatrixXd>, Eigen::Lower> factor(gram);
  if (factor.info() != Eigen::Success) {
    return MatrixXd::Zero(correlation.rows(), correlation.cols());
  }
  return factor.solve(correlation);
}

}  // namespace

RegressionSums::RegressionSums(Index features, Index channels)
    : xx(MatrixXd::Zero(features, features)),
      xr(MatrixXd::Zero(features, channels)),
      x(VectorXd::Zero(features)),
      r(VectorXd::Zero(channels)) {}

MatrixXd ridge_change(RegressionSums a, RegressionSums b, bool centred) {
  if (centred) {
    centre(a);
    centre(b);
  }
  const double mean_eigenvalue = (a.xx.trace() + b.xx.trace()) / static_cast<double>(a.xx.rows());
  if (a.samples == 0.0 || b.samples == 0.0 || !(mean_eigenvalue > 0.0)) {
    return {};
  }
  double best = 0.0;
  double best_lambda = 0.0;
  for (const double factor : {1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5}) {
    const double lambda = factor * mean_eigenvalue;
    const double on_b = gain(b, ridge(a.xx, a.xr, lambda));
    const double on_a = gain(a, ridge(b.xx, b.xr, lambda));
    if (on_a < 0.0 && on_b < 0.0 && on_a + on_b < best) {
      best = on_a + on_b;
      best_lambda = lambda;
    } else if (best < 0.0) {
      break;  // weaker priors only get worse from here
    }
  }
  return best < 0.0 ? ridge(a.xx + b.xx, a.xr + b.xr, best_lambda) : MatrixXd();
}

}  // namespace homolog::conversion
