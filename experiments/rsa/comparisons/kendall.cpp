#include <cmath>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// Kendall's tau-b: (C - D) / sqrt((P - X)(P - Y)) with P pairs, X tied in x, Y tied in y.
double kendall_tau_b(std::span<const double> x, std::span<const double> y) {
  const PairOrder order = pair_order(x, y);
  const auto untied_x = static_cast<double>(order.pairs - order.tied_x);
  const auto untied_y = static_cast<double>(order.pairs - order.tied_y);
  if (!(untied_x > 0.0 && untied_y > 0.0)) {
    return kNaN;
  }
  return static_cast<double>(order.concordant - order.discordant) / std::sqrt(untied_x) / std::sqrt(untied_y);
}

}  // namespace

void register_kendall(ComparisonRegistry& registry) {
  registry.add("kendall", "Kendall's tau-b (corrected for ties)",
               Comparison{Scale::ordinal, Scale::ordinal, kendall_tau_b, weighted_kendall_tau_b()});
}

}  // namespace homolog::experiments
