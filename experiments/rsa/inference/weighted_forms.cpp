#include "experiments/rsa/inference/weighted_forms.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/rsa/inference/weighted_order.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

bool constant(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

double total(std::span<const double> weights) {
  double sum = 0.0;
  for (const double weight : weights) {
    sum += weight;
  }
  return sum;
}

double weighted_mean(std::span<const double> values, std::span<const double> weights) {
  double sum = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    sum += weights[k] * values[k];
  }
  return sum / total(weights);
}

/// (values - offset) / sqrt(weighted sum of squares); NaN for zeros.
void to_unit_length(std::span<double> values, std::span<const double> weights, double offset) {
  double squares = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] -= offset;
    squares += weights[k] * values[k] * values[k];
  }
  const double length = squares > 0.0 ? std::sqrt(squares) : kNaN;
  for (double& value : values) {
    value /= length;
  }
}

void centre_to_unit_length(std::span<double> values, std::span<const double> weights) {
  if (constant(values)) {
    std::fill(values.begin(), values.end(), kNaN);
    return;
  }
  to_unit_length(values, weights, weighted_mean(values, weights));
}

void scale_to_unit_length(std::span<double> values, std::span<const double> weights) {
  to_unit_length(values, weights, 0.0);
}

/// (rank - (W + 1) / 2) sqrt(12 / (W^3 - W)).
void to_rho_a(std::span<double> ranks, std::span<const double> weights) {
  const double all = total(weights);
  const double unit = constant(ranks) ? kNaN : std::sqrt(12.0 / (all * (all * all - 1.0)));
  for (double& rank : ranks) {
    rank = (rank - 0.5 * (all + 1.0)) * unit;
  }
}

double clamped(double value) {
  return std::clamp(value, -1.0, 1.0);
}

double tau_b(const WeightedPairs& x, const WeightedPairs& y) {
  const WeightedPairOrder order = weighted_pair_order(x, y);
  const double untied_x = order.pairs - order.tied_x;
  const double untied_y = order.pairs - order.tied_y;
  if (!(untied_x > 0.0 && untied_y > 0.0)) {
    return kNaN;
  }
  return (order.concordant - order.discordant) / std::sqrt(untied_x) / std::sqrt(untied_y);
}

double tau_a(const WeightedPairs& x, const WeightedPairs& y) {
  const WeightedPairOrder order = weighted_pair_order(x, y);
  if (!(order.tied_x < order.pairs && order.tied_y < order.pairs)) {
    return kNaN;
  }
  return (order.concordant - order.discordant) / order.pairs;
}

}  // namespace

WeightedForm weighted_correlation() {
  return {.normalise = centre_to_unit_length, .finish = clamped};
}

WeightedForm weighted_correlation_squared() {
  return {.normalise = centre_to_unit_length, .finish = [](double r) { return clamped(r) * clamped(r); }};
}

WeightedForm weighted_cosine() {
  return {.normalise = scale_to_unit_length, .finish = clamped};
}

WeightedForm weighted_rho_a() {
  return {.normalise = to_rho_a, .finish = clamped};
}

WeightedForm weighted_kendall_tau_b() {
  return {.compare = tau_b};
}

WeightedForm weighted_kendall_tau_a() {
  return {.compare = tau_a};
}

}  // namespace homolog::experiments
