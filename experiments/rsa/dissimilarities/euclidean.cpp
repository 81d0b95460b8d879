#include <algorithm>

#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/gram.hpp"

namespace homolog::experiments {
namespace {

/// Mean over units of the squared difference, sum_u (x_iu - x_ju)^2 / P: the squared Euclidean distance
/// divided by the number of units P, as rsatoolbox defines "euclidean".
DissimilarityResult mean_squared_difference(const Patterns& patterns, const DissimilarityOptions& options) {
  // Each unit's mean over patterns cancels in every difference; without it G_ii + G_jj - 2 G_ij is accurate.
  const Eigen::MatrixXd gram = upper_gram(
      patterns,
      [](RowMatrix& block) {
        const Eigen::RowVectorXd mean = block.colwise().mean();
        block.rowwise() -= mean;
      },
      options.progress, options.block_units);
  const Eigen::Index n = gram.rows();
  const auto units = static_cast<double>(patterns.units());
  DissimilarityResult result{.rdm = Rdm(static_cast<std::size_t>(n))};
  std::size_t pair = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j, ++pair) {
      const double squared = gram(i, i) + gram(j, j) - 2.0 * gram(i, j);
      result.rdm.pairs()[pair] = std::max(squared, 0.0) / units;
    }
  }
  return result;
}

}  // namespace

void register_euclidean(DissimilarityRegistry& registry) {
  registry.add("euclidean", "squared Euclidean distance divided by the number of units",
               mean_squared_difference);
}

}  // namespace homolog::experiments
