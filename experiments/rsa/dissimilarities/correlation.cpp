#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/gram.hpp"
#include "experiments/rsa/normalised_gram.hpp"

namespace homolog::experiments {
namespace {

/// 1 - r, with Pearson's r over units; in [0, 2].
DissimilarityResult correlation_distance(const Patterns& patterns, const DissimilarityOptions& options) {
  const CentredGram gram = centred_upper_gram(patterns, options.progress, options.block_units);
  return one_minus_normalised(gram.gram, gram.constant);
}

}  // namespace

void register_correlation(DissimilarityRegistry& registry) {
  registry.add("correlation", "1 - Pearson's r over units; 1 for constant patterns",
               {.compute = correlation_distance, .title = "1 - Pearson's r"});
}

}  // namespace homolog::experiments
