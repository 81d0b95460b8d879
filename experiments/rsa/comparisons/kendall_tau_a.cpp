
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// Kendall's tau-a: (C - D) / P. A tie never helps, so it does not favour models that predict ties (Nili et
/// al. 2014, doi:10.1371/journal.pcbi.1003553): recommended with categorical models.
double kendall_tau_a(std::span<const double> x, std::span<const double> y) {
  const PairOrder order = pair_order(x, y);
  if (order.tied_x == order.pairs || order.tied_y == order.pairs) {
    return kNaN;
  }
  return static_cast<double>(order.concordant - order.discordant) / static_cast<double>(order.pairs);
}

}  // namespace

void register_kendall_tau_a(ComparisonRegistry& registry) {
  registry.add("kendall_tau_a", "Kendall's tau-a (ties count as neither, for models with ties)",
               Comparison{Scale::ordinal, Scale::ordinal, kendall_tau_a, weighted_kendall_tau_a()});
}

}  // namespace homolog::experiments
