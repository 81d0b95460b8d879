#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/pair_distances.hpp"
#include "experiments/rsa/whitened_products.hpp"

namespace homolog::experiments {
namespace {

/// Cross-validated squared Mahalanobis distance per unit (Walther et al. 2016,
/// doi:10.1016/j.neuroimage.2015.12.012): mean over repetitions k of
/// (a_i - a_j)' C^-1 (b_i - b_j) / P, with b the responses in repetition k, a the mean of the other r - 1 and
/// C the noise covariance. Expected value 0 if i and j do not differ; negative values happen.
///
/// With d the difference of the means of all repetitions and d + e_k that of repetition k, a_i - a_j is
/// d - e_k / (r - 1); the e_k sum to zero. So the mean is d' C^-1 d - sum_k e_k' C^-1 e_k / (r (r - 1)).
DissimilarityResult crossnobis_distance(const Patterns& patterns, const DissimilarityOptions& options) {
  const WhitenedProducts products = whitened_products(patterns, options, WhitenedParts::means_and_deviations);
  const auto repetitions = static_cast<double>(patterns.repetitions());
  const Eigen::MatrixXd gram = products.means - products.deviations / (repetitions * (repetitions - 1.0));
  return {.rdm = pair_distances(gram, 1.0 / static_cast<double>(patterns.units()))};
}

}  // namespace

void register_crossnobis(DissimilarityRegistry& registry) {
  registry.add("crossnobis", "squared Mahalanobis distance, cross-validated over repetitions, per unit",
               {.compute = crossnobis_distance,
                .title = "crossnobis distance / unit",
                .repetitions = Repetitions::folds,
                .takes_noise = true});
}

}  // namespace homolog::experiments
