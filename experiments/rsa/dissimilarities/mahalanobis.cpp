#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/pair_distances.hpp"
#include "experiments/rsa/whitened_products.hpp"

namespace homolog::experiments {
namespace {

/// (x_i - x_j)' C^-1 (x_i - x_j) / P: squared, per unit, of the means over repetitions, with the noise
/// covariance C. Without one it is `euclidean`.
DissimilarityResult mahalanobis_distance(const Patterns& patterns, const DissimilarityOptions& options) {
  const WhitenedProducts products = whitened_products(patterns, options, WhitenedParts::means);
  DissimilarityResult result{.rdm =
                                 pair_distances(products.means, 1.0 / static_cast<double>(patterns.units()))};
  clamp_at_zero(result.rdm);
  return result;
}

}  // namespace

void register_mahalanobis(DissimilarityRegistry& registry) {
  registry.add(
      "mahalanobis", "squared Mahalanobis distance divided by the number of units",
      {.compute = mahalanobis_distance, .title = "squared Mahalanobis distance / unit", .takes_noise = true});
}

}  // namespace homolog::experiments
