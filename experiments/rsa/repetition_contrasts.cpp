#include "experiments/rsa/repetition_contrasts.hpp"

#include <cmath>

namespace homolog::experiments {

using Eigen::Index;

RowMatrix means_and_contrasts(const RowMatrix& block, Index repetitions) {
  const Index count = block.rows() / repetitions;
  RowMatrix result(block.rows(), block.cols());
  RowMatrix sum = block.topRows(count);
  for (Index c = 1; c < repetitions; ++c) {
    const auto current = block.middleRows(c * count, count);
    const auto before = static_cast<double>(c);
    result.middleRows(c * count, count) = (sum - before * current) / std::sqrt(before * (before + 1.0));
    sum += current;
  }
  result.topRows(count) = sum / static_cast<double>(repetitions);
  centre_units(result.topRows(count));
  return result;
}

RowMatrix deviations_of(const Eigen::Ref<const RowMatrix>& contrasts, Index repetitions) {
  const Index count = contrasts.rows() / (repetitions - 1);
  RowMatrix deviations = RowMatrix::Zero(repetitions * count, contrasts.cols());
  for (Index c = 1; c < repetitions; ++c) {
    const auto before = static_cast<double>(c);
    const RowMatrix scaled =
        contrasts.middleRows((c - 1) * count, count) / std::sqrt(before * (before + 1.0));
    for (Index k = 0; k < c; ++k) {
      deviations.middleRows(k * count, count) += scaled;
    }
    deviations.middleRows(c * count, count) -= before * scaled;
  }
  return deviations;
}

}  // namespace homolog::experiments
