#include "experiments/rsa/rdm.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"

namespace homolog::experiments {

Rdm::Rdm(std::size_t n) : n_(n), pairs_(pair_count(n), 0.0) {}

Rdm::Rdm(std::size_t n, std::vector<double> pairs) : n_(n), pairs_(std::move(pairs)) {
  if (pairs_.size() != pair_count(n)) {
    throw Error(ErrorKind::internal, "an RDM of " + std::to_string(n) + " patterns was given " +
                                         std::to_string(pairs_.size()) + " pairs");
  }
}

double Rdm::at(std::size_t i, std::size_t j) const noexcept {
  return i == j ? 0.0 : pairs_[pair_index(n_, std::min(i, j), std::max(i, j))];
}

std::vector<double> Rdm::square() const {
  std::vector<double> matrix(n_ * n_, 0.0);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t j = i + 1; j < n_; ++j, ++pair) {
      matrix[i * n_ + j] = pairs_[pair];
      matrix[j * n_ + i] = pairs_[pair];
    }
  }
  return matrix;
}

Rdm mean_rdm(std::span<const Rdm> rdms) {
  if (rdms.empty()) {
    throw Error(ErrorKind::internal, "the mean of no RDM was asked for");
  }
  Rdm mean = rdms.front();
  for (const Rdm& rdm : rdms.subspan(1)) {
    if (rdm.n() != mean.n()) {
      throw Error(ErrorKind::internal, "the mean of RDMs of different sizes was asked for");
    }
    for (std::size_t k = 0; k < rdm.pairs().size(); ++k) {
      mean.pairs()[k] += rdm.pairs()[k];
    }
  }
  for (double& value : mean.pairs()) {
    value /= static_cast<double>(rdms.size());
  }
  return mean;
}

}  // namespace homolog::experiments
