#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "experiments/predictivity/regression.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// K = Q diag(values) Q' without the constant direction, which the intercept takes.
struct Spectrum {
  MatrixXd vectors{};  ///< [n, n - 1]
  VectorXd values{};   ///< >= 0, ascending
};

Spectrum spectrum(const MatrixXd& kernel) {
  const Index n = kernel.rows();
  // The constant direction has eigenvalue 0, like others perhaps; with this it has the largest one alone.
  const MatrixXd marked = kernel.array() + 2.0 * kernel.trace() / static_cast<double>(n);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(marked);
  return {.vectors = solver.eigenvectors().leftCols(n - 1),
          .values = solver.eigenvalues().head(n - 1).cwiseMax(0.0)};
}

/// What rounding leaves of a direction that is not there, of n with this largest value (or a bound of it).
double rounding_of(Index n, double largest) {
  return static_cast<double>(n) * std::numeric_limits<double>::epsilon() * largest;
}

/// 1 / (value + alpha), alpha >= 0; 0 for directions that only rounding made: they hold nothing but noise,
/// which a small alpha would blow up.
VectorXd inverse_of(const Spectrum& spectrum, double alpha) {
  const double least = rounding_of(spectrum.vectors.rows(), spectrum.values.maxCoeff());
  return spectrum.values.unaryExpr(
      [least, alpha](double value) { return value > least ? 1.0 / (value + alpha) : 0.0; });
}

/// Predictions with directions weighted by `inverse`, e.g. 1 / (value + alpha).
MatrixXd weighted(const SplitKernel& kernel, const Spectrum& spectrum, const VectorXd& inverse,
                  const MatrixXd& projected) {
  return (kernel.test * spectrum.vectors) * (inverse.asDiagonal() * projected);
}

bool constant(const SplitKernel& kernel) {
  return !(kernel.train.trace() > 0.0);
}

Prediction means_of(const SplitKernel& kernel, const MatrixXd& centred) {
  return {.values = MatrixXd::Zero(kernel.test.rows(), centred.cols())};
}

/// Sum of squared leave-one-out errors over stimuli and units.
double left_out_error(const Spectrum& spectrum, const MatrixXd& projected, double alpha) {
  // I - H, without the intercept.
  const VectorXd shrink = 1.0 - inverse_of(spectrum, alpha).array() * spectrum.values.array();
  const VectorXd diagonal = spectrum.vectors.cwiseAbs2() * shrink;
  const MatrixXd residual = spectrum.vectors * (shrink.asDiagonal() * projected);
  return (residual.rowwise().squaredNorm().array() / diagonal.array().square()).sum();
}

}  // namespace

Prediction predict_ridge(const SplitKernel& kernel, const MatrixXd& centred, double alpha) {
  if (!(alpha > rounding_of(kernel.train.rows(), kernel.train.trace()))) {
    return predict_ridge_cv(kernel, centred, {alpha});  // by directions, of which some must count as 0
  }
  MatrixXd shifted = kernel.train;
  shifted.diagonal().array() += alpha;
  const Eigen::LLT<Eigen::Ref<MatrixXd>> solver(shifted);
  const MatrixXd weights = solver.solve(centred);
  return {.values = kernel.test * weights, .alpha = alpha};
}

Prediction predict_ridge_cv(const SplitKernel& kernel, const MatrixXd& centred,
                            const std::vector<double>& alphas) {
  if (constant(kernel)) {
    Prediction prediction = means_of(kernel, centred);
    prediction.alpha = alphas.front();
    return prediction;
  }
  const Spectrum directions = spectrum(kernel.train);
  const MatrixXd projected = directions.vectors.transpose() * centred;
  double best = std::numeric_limits<double>::infinity();
  double chosen = alphas.front();
  for (std::size_t k = 0; k < alphas.size() && alphas.size() > 1; ++k) {
    const double error = left_out_error(directions, projected, alphas[k]);
    if (error < best) {
      best = error;
      chosen = alphas[k];
    }
  }
  return {.values = weighted(kernel, directions, inverse_of(directions, chosen), projected), .alpha = chosen};
}

Prediction predict_linear(const SplitKernel& kernel, const MatrixXd& centred) {
  if (constant(kernel)) {
    return means_of(kernel, centred);
  }
  const Spectrum directions = spectrum(kernel.train);
  return {.values = weighted(kernel, directions, inverse_of(directions, 0.0),
                             directions.vectors.transpose() * centred)};
}

}  // namespace homolog::experiments
