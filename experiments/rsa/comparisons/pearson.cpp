#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"

namespace homolog::experiments {

void register_pearson(ComparisonRegistry& registry) {
  registry.add("pearson", "Pearson's correlation of the dissimilarities",
               Comparison{Scale::interval, Scale::interval, pearson_correlation, weighted_correlation()});
}

}  // namespace homolog::experiments
