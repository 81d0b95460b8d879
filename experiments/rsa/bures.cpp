#include "experiments/rsa/bures.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/nuclear_norm.hpp"

namespace homolog::experiments {
namespace {

/// F with F F' = the nearest positive semi-definite matrix to the RDM's kernel; one column per eigenvalue
/// that is not 0.
Eigen::MatrixXd kernel_factor(std::span<const double> pairs) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(centred_kernel(pairs));
  const Eigen::VectorXd& values = solver.eigenvalues();  // ascending
  const Eigen::Index n = values.size();
  if (n == 0) {
    return {};
  }
  const double least = static_cast<double>(n) * std::numeric_limits<double>::epsilon() * values[n - 1];
  Eigen::Index kept = 0;
  while (kept < n && values[n - 1 - kept] > 0.0 && values[n - 1 - kept] > least) {
    ++kept;
  }
  return solver.eigenvectors().rightCols(kept) * values.tail(kept).cwiseSqrt().asDiagonal();
}

}  // namespace

BuresTerms bures_terms(std::span<const double> x, std::span<const double> y) {
  check_pairs(x, y);
  const Eigen::MatrixXd f = kernel_factor(x);
  const Eigen::MatrixXd g = kernel_factor(y);
  BuresTerms terms{.trace_x = f.squaredNorm(), .trace_y = g.squaredNorm()};
  if (f.cols() > 0 && g.cols() > 0) {
    terms.fidelity = nuclear_norm(f.transpose() * g);
  }
  return terms;
}

}  // namespace homolog::experiments
