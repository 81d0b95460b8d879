#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"

namespace homolog::experiments {

/// rho^2. With a reference of several subjects its mean over subjects is the score of the Algonauts Project
/// Challenge 2019 (Cichy et al. 2019, arXiv:1905.05675). Its noise ceilings pool the RDMs as they are, and
/// so does this. The sign is lost: read it beside spearman.
void register_spearman_squared(ComparisonRegistry& registry) {
  registry.add("spearman_squared", "square of Spearman's rank correlation (Algonauts 2019 score)",
               Comparison{Scale::ordinal, Scale::raw,
                          [](std::span<const double> x, std::span<const double> y) {
                            const double rho = pearson_correlation(x, y);
                            return rho * rho;
                          },
                          weighted_correlation_squared()});
}

}  // namespace homolog::experiments
