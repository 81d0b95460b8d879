#include "experiments/rsa/pair_distances.hpp"

#include <algorithm>
#include <cstddef>

namespace homolog::experiments {

Rdm pair_distances(const Eigen::MatrixXd& gram, double factor) {
  const Eigen::Index n = gram.rows();
  Rdm rdm(static_cast<std::size_t>(n));
  std::size_t pair = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j, ++pair) {
      rdm.pairs()[pair] = factor * (gram(i, i) + gram(j, j) - 2.0 * gram(i, j));
    }
  }
  return rdm;
}

void clamp_at_zero(Rdm& rdm) {
  for (double& value : rdm.pairs()) {
    value = std::max(value, 0.0);
  }
}

}  // namespace homolog::experiments
