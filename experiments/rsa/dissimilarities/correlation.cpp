#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/gram.hpp"
#include "experiments/rsa/normalised_gram.hpp"

namespace homolog::experiments {
namespace {

/// 1 - r, with Pearson's r over units; in [0, 2]. Two passes over the patterns, the mean first: summing
/// raw products would cancel when responses vary little about a large mean.
DissimilarityResult correlation_distance(const Patterns& patterns, const DissimilarityOptions& options) {
  const PatternMeans means =
      pattern_means(patterns, part_of(options.progress, 0.0, 0.2), options.block_units);
  const Eigen::MatrixXd gram = upper_gram(
      patterns, [&](RowMatrix& block) { block.colwise() -= means.mean; }, part_of(options.progress, 0.2, 1.0),
      options.block_units);
  return one_minus_normalised(gram, means.constant);
}

}  // namespace

void register_correlation(DissimilarityRegistry& registry) {
  registry.add("correlation", "1 - Pearson's r over units; 1 for constant patterns",
               {.compute = correlation_distance, .title = "1 - Pearson's r"});
}

}  // namespace homolog::experiments
