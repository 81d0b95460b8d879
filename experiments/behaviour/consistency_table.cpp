#include "experiments/behaviour/consistency_table.hpp"

#include <cmath>

#include "experiments/behaviour/error_consistency.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd weights_of(std::span<const std::uint32_t> copies) {
  VectorXd weights(static_cast<Index>(copies.size()));
  for (std::size_t i = 0; i < copies.size(); ++i) {
    weights[static_cast<Index>(i)] = static_cast<double>(copies[i]);
  }
  return weights;
}

/// A mean that leaves out what is NaN or does not count.
struct Mean {
  double sum = 0.0;
  double count = 0.0;
  void add(double value, double times) {
    if (!std::isnan(value)) {
      sum += times * value;
      count += times;
    }
  }
  [[nodiscard]] double value() const { return count > 0.0 ? sum / count : kNaN; }
};

}  // namespace

ConsistencyTable::ConsistencyTable(const std::vector<std::span<const double>>& correct) {
  const auto stimuli = static_cast<Index>(correct.empty() ? 0 : correct.front().size());
  seen_ = MatrixXd::Zero(stimuli, static_cast<Index>(correct.size()));
  right_ = seen_;
  for (Index a = 0; a < seen_.cols(); ++a) {
    for (Index i = 0; i < stimuli; ++i) {
      const double answer = correct[static_cast<std::size_t>(a)][static_cast<std::size_t>(i)];
      if (!std::isnan(answer)) {
        seen_(i, a) = 1.0;
        right_(i, a) = answer;
      }
    }
  }
}

MatrixXd ConsistencyTable::kappas(std::span<const std::uint32_t> copies) const {
  const VectorXd weights = weights_of(copies);
  const MatrixXd seen = weights.asDiagonal() * seen_;
  const MatrixXd trials = seen_.transpose() * seen;
  const MatrixXd right = right_.transpose() * seen;  // of a, on what b saw as well
  const MatrixXd both_right = right_.transpose() * (weights.asDiagonal() * right_);
  MatrixXd kappas(seen_.cols(), seen_.cols());
  for (Index b = 0; b < kappas.cols(); ++b) {
    for (Index a = 0; a < kappas.rows(); ++a) {
      const double both_wrong = trials(a, b) - right(a, b) - right(b, a) + both_right(a, b);
      kappas(a, b) = error_consistency(ConsistencyCounts{.trials = trials(a, b),
                                                         .right = {right(a, b), right(b, a)},
                                                         .same = both_right(a, b) + both_wrong})
                         .kappa;
    }
  }
  return kappas;
}

VectorXd ConsistencyTable::accuracies(std::span<const std::uint32_t> copies) const {
  const VectorXd weights = weights_of(copies);
  const VectorXd seen = seen_.transpose() * weights;
  const VectorXd right = right_.transpose() * weights;
  return (seen.array() > 0.0).select(right.array() / seen.array(), kNaN);
}

double mean_of_copies(const Eigen::Ref<const VectorXd>& values, std::span<const std::uint32_t> copies) {
  Mean mean;
  for (std::size_t k = 0; k < copies.size(); ++k) {
    mean.add(values[static_cast<Index>(k)], static_cast<double>(copies[k]));
  }
  return mean.value();
}

double mean_of_pairs(const Eigen::Ref<const MatrixXd>& kappas, std::span<const std::uint32_t> copies) {
  Mean mean;
  for (std::size_t a = 0; a < copies.size(); ++a) {
    for (std::size_t b = a + 1; b < copies.size(); ++b) {
      mean.add(kappas(static_cast<Index>(a), static_cast<Index>(b)),
               static_cast<double>(copies[a]) * static_cast<double>(copies[b]));
    }
  }
  return mean.value();
}

}  // namespace homolog::experiments
