#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/gram.hpp"
#include "experiments/rsa/normalised_gram.hpp"

namespace homolog::experiments {
namespace {

/// 1 - cosine of the angle between two patterns; in [0, 2], in [0, 1] for responses >= 0.
DissimilarityResult cosine_distance(const Patterns& patterns, const DissimilarityOptions& options) {
  const Eigen::MatrixXd gram = upper_gram(patterns, {}, options.progress, options.block_units);
  std::vector<bool> zero;
  for (Eigen::Index i = 0; i < gram.rows(); ++i) {
    zero.push_back(!(gram(i, i) > 0.0));
  }
  return one_minus_normalised(gram, zero);
}

}  // namespace

void register_cosine(DissimilarityRegistry& registry) {
  registry.add("cosine", "1 - cosine of the angle between patterns; 1 for zero patterns",
               {.compute = cosine_distance, .title = "1 - cosine"});
}

}  // namespace homolog::experiments
