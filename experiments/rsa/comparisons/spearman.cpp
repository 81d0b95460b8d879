#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"

namespace homolog::experiments {

/// Spearman's rho: Pearson's r of the mid-ranks (not the shortcut 1 - 6 sum d^2 / ..., wrong with ties).
void register_spearman(ComparisonRegistry& registry) {
  registry.add("spearman", "Spearman's rank correlation, mid-ranks for ties",
               Comparison{Scale::ordinal, Scale::ordinal, pearson_correlation, weighted_correlation()});
}

}  // namespace homolog::experiments
