#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"

namespace homolog::experiments {

void register_cosine(ComparisonRegistry& registry) {
  registry.add("cosine", "cosine of the angle between the RDMs",
               Comparison{Scale::ratio, Scale::ratio, cosine_similarity, weighted_cosine()});
}

}  // namespace homolog::experiments
