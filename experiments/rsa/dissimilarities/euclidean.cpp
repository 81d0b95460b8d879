#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/gram.hpp"
#include "experiments/rsa/pair_distances.hpp"

namespace homolog::experiments {
namespace {

/// Mean over units of the squared difference, sum_u (x_iu - x_ju)^2 / P: the squared Euclidean distance
/// divided by the number of units P, as rsatoolbox defines "euclidean".
DissimilarityResult mean_squared_difference(const Patterns& patterns, const DissimilarityOptions& options) {
  // Each unit's mean over patterns cancels in every difference; without it G_ii + G_jj - 2 G_ij is accurate.
  const Eigen::MatrixXd gram = upper_gram(
      patterns, [](RowMatrix& block) { centre_units(block); }, options.progress, options.block_units);
  DissimilarityResult result{.rdm = pair_distances(gram, 1.0 / static_cast<double>(patterns.units()))};
  clamp_at_zero(result.rdm);
  return result;
}

}  // namespace

void register_euclidean(DissimilarityRegistry& registry) {
  registry.add("euclidean", "squared Euclidean distance divided by the number of units",
               {.compute = mean_squared_difference, .title = "squared Euclidean distance / unit"});
}

}  // namespace homolog::experiments
