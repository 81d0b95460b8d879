#include "experiments/rsa/centred_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "experiments/rsa/rdm.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {

std::size_t pattern_count(std::size_t pairs) {
  const auto n =
      static_cast<std::size_t>(std::llround(0.5 + std::sqrt(0.25 + 2.0 * static_cast<double>(pairs))));
  if (Rdm::pair_count(n) != pairs) {
    throw Error(ErrorKind::internal, "no RDM has " + std::to_string(pairs) + " pairs");
  }
  return n;
}

Eigen::MatrixXd centred_kernel(std::span<const double> pairs) {
  const auto n = static_cast<Eigen::Index>(pattern_count(pairs.size()));
  Eigen::MatrixXd kernel = Eigen::MatrixXd::Zero(n, n);
  std::size_t pair = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j, ++pair) {
      kernel(i, j) = -0.5 * pairs[pair];
      kernel(j, i) = kernel(i, j);
    }
  }
  const Eigen::VectorXd means = kernel.colwise().mean();
  const double mean = means.mean();
  kernel.colwise() -= means;
  kernel.rowwise() -= means.transpose();
  kernel.array() += mean;
  return kernel;
}

double kernel_cosine(std::span<const double> x, std::span<const double> y) {
  check_pairs(x, y);
  if (all_zero(x) || all_zero(y)) {
    return kNaN;
  }
  const Eigen::MatrixXd k = centred_kernel(x);
  const Eigen::MatrixXd l = centred_kernel(y);
  return std::clamp(k.cwiseProduct(l).sum() / k.norm() / l.norm(), -1.0, 1.0);
}

void check_pairs(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) {
    throw Error(ErrorKind::internal, "RDMs of different sizes are compared");
  }
  const auto is_nan = [](double value) { return std::isnan(value); };
  if (std::any_of(x.begin(), x.end(), is_nan) || std::any_of(y.begin(), y.end(), is_nan)) {
    throw Error(ErrorKind::data, "a dissimilarity is NaN; RDMs can only be compared without gaps");
  }
}

bool all_zero(std::span<const double> pairs) {
  return std::all_of(pairs.begin(), pairs.end(), [](double value) { return value == 0.0; });
}

}  // namespace homolog::experiments
