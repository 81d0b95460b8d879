#include <Eigen/Core>
#include <cmath>
#include <limits>

#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/comparison.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// -D / 2 without its diagonal, centred such that rows sum to 0 over the other columns: the sum of products
/// of two of these is n (n - 3) times the unbiased HSIC (Szekely & Rizzo 2014, doi:10.1214/14-AOS1255). It is
/// the same for the Gram matrix itself: what depends on one row or one column only drops out.
Eigen::MatrixXd u_centred(std::span<const double> pairs) {
  const auto n = static_cast<Eigen::Index>(pattern_count(pairs.size()));
  Eigen::MatrixXd kernel = Eigen::MatrixXd::Zero(n, n);
  std::size_t pair = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j, ++pair) {
      kernel(i, j) = -0.5 * pairs[pair];
      kernel(j, i) = kernel(i, j);
    }
  }
  const auto size = static_cast<double>(n);
  const Eigen::VectorXd means = kernel.colwise().sum() / (size - 2.0);
  const double mean = means.sum() / (size - 1.0);
  kernel.colwise() -= means;
  kernel.rowwise() -= means.transpose();
  kernel.array() += mean;
  kernel.diagonal().setZero();
  return kernel;
}

/// Whether nothing but rounding is left of the pairs after centring.
bool vanished(const Eigen::MatrixXd& centred, std::span<const double> pairs) {
  const Eigen::Map<const Eigen::VectorXd> values(pairs.data(), static_cast<Eigen::Index>(pairs.size()));
  const auto n = static_cast<double>(centred.rows());
  return centred.norm() <= n * std::numeric_limits<double>::epsilon() * values.norm();
}

/// CKA of the unbiased estimates of HSIC (Song et al. 2012, JMLR 13:1393): the expected value is 0 for
/// unrelated patterns, however many features they have.
double linear_cka_unbiased(std::span<const double> x, std::span<const double> y) {
  check_pairs(x, y);
  if (pattern_count(x.size()) < 4) {  // n (n - 3) is the divisor
    return kNaN;
  }
  const Eigen::MatrixXd k = u_centred(x);
  const Eigen::MatrixXd l = u_centred(y);
  if (vanished(k, x) || vanished(l, y)) {
    return kNaN;
  }
  return k.cwiseProduct(l).sum() / k.norm() / l.norm();
}

}  // namespace

void register_linear_cka_unbiased(ComparisonRegistry& registry) {
  registry.add("linear_cka_unbiased", "linear_cka with the unbiased estimate of HSIC",
               Comparison{Scale::raw, Scale::ratio, linear_cka_unbiased});
}

}  // namespace homolog::experiments
