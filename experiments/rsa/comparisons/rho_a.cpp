#include <cmath>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/weighted_forms.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// 12 sum r s / (m^3 - m) with the centred mid-ranks r, s of m pairs: the expected value of Spearman's rho
/// when ties are broken at random. Like tau-a it does not favour models that predict ties, and it costs no
/// more than Spearman (Schuett et al. 2023, doi:10.7554/eLife.82566).
double rho_a(std::span<const double> x, std::span<const double> y) {
  if (std::isnan(pearson_correlation(x, y))) {  // constant, or too short; it also refuses NaN
    return kNaN;
  }
  const auto m = static_cast<double>(x.size());
  const double centre = 0.5 * (m + 1.0);
  double sum = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    sum += (x[k] - centre) * (y[k] - centre);
  }
  return 12.0 * sum / (m * m * m - m);
}

}  // namespace

void register_rho_a(ComparisonRegistry& registry) {
  registry.add("rho_a", "Spearman's rho without correction for ties (for models with ties)",
               Comparison{Scale::ordinal, Scale::ordinal, rho_a, weighted_rho_a()});
}

}  // namespace homolog::experiments
