#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/pair_distances.hpp"
#include "experiments/rsa/poisson_rates.hpp"

namespace homolog::experiments {
namespace {

/// Symmetrised Kullback-Leibler divergence of Poisson distributions with rates l (see poisson_rates), the sum
/// of both directions: sum_u (l_iu - l_ju) (log l_iu - log l_ju) / P. Schuett et al. 2023,
/// doi:10.7554/eLife.82566.
DissimilarityResult poisson_divergence(const Patterns& patterns, const DissimilarityOptions& options) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(patterns.count(), patterns.count());
  for_each_mean_block(patterns, options.block_units, options.progress,
                      [&](RowMatrix& block, std::int64_t first) {
                        const RowMatrix rates = poisson_rates(patterns, block, first);
                        add_rate_products(rates, rates, sum);
                      });
  DissimilarityResult result{.rdm = pair_distances(sum, 0.5 / static_cast<double>(patterns.units()))};
  clamp_at_zero(result.rdm);
  return result;
}

}  // namespace

void register_poisson(DissimilarityRegistry& registry) {
  registry.add("poisson",
               "symmetrised Kullback-Leibler divergence of Poisson rates, per unit; responses >= 0",
               {.compute = poisson_divergence, .title = "Poisson KL divergence / unit"});
}

}  // namespace homolog::experiments
