#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/pair_distances.hpp"
#include "experiments/rsa/poisson_rates.hpp"

namespace homolog::experiments {
namespace {

/// Cross-validated `poisson`: sum_u (a_iu - a_ju) (log b_iu - log b_ju) / P with rates b of one repetition
/// and a of the mean of the others, mean over all repetitions as b. Can be negative. (rsatoolbox returns the
/// last repetition's value instead of the mean.)
DissimilarityResult crossvalidated_poisson(const Patterns& patterns, const DissimilarityOptions& options) {
  const Eigen::Index count = patterns.count();
  const Eigen::Index folds = patterns.repetitions();
  const auto others = static_cast<double>(folds - 1);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(count, count);
  for_each_presentation_block(
      patterns, options.block_units, options.progress, [&](RowMatrix& block, std::int64_t first) {
        const RowMatrix rates = poisson_rates(patterns, block, first);
        const RowMatrix total = mean_over_repetitions(rates, folds) * static_cast<double>(folds);
        for (Eigen::Index k = 0; k < folds; ++k) {
          // The rate of a mean is the mean of the rates: they are linear in the responses.
          const RowMatrix test = rates.middleRows(k * count, count);
          add_rate_products((total - test) / others, test, sum);
        }
      });
  const double values = static_cast<double>(patterns.units()) * static_cast<double>(folds);
  return {.rdm = pair_distances(sum, 0.5 / values)};
}

}  // namespace

void register_poisson_cv(DissimilarityRegistry& registry) {
  registry.add("poisson_cv", "poisson, cross-validated over repetitions (mean over all folds)",
               {.compute = crossvalidated_poisson,
                .title = "cross-validated Poisson KL divergence / unit",
                .repetitions = Repetitions::folds});
}

}  // namespace homolog::experiments
