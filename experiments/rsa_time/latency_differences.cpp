#include "experiments/rsa_time/latency_differences.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "experiments/rsa/inference/corrections.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kMostLayersOfAllPairs = 64;

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) {
    return kNotComputed;
  }
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return std::sqrt(squares / (count - 1.0));
}

/// Of `draws` draws, `defined` have a difference.
double p_of(std::span<const double> defined, std::size_t draws) {
  const auto early = std::count_if(defined.begin(), defined.end(), [](double d) { return d <= 0.0; });
  const auto late = std::count_if(defined.begin(), defined.end(), [](double d) { return d >= 0.0; });
  const double undefined = static_cast<double>(draws - defined.size());
  const double contradict = static_cast<double>(std::min(early, late)) + undefined;
  return std::min(1.0, 2.0 * (1.0 + contradict) / (1.0 + static_cast<double>(draws)));
}

LatencyDifference difference_of(const Latency& a, const Latency& b, double level) {
  LatencyDifference result{.difference = a.time - b.time};
  const std::size_t draws = std::max(a.draws.size(), b.draws.size());
  std::vector<double> drawn;
  const std::size_t common = std::min(a.draws.size(), b.draws.size());  // a course without values has none
  for (std::size_t k = 0; k < common; ++k) {
    const double difference = a.draws[k] - b.draws[k];
    if (!std::isnan(difference)) {
      drawn.push_back(difference);
    }
  }
  result.undefined_draws = draws - drawn.size();
  if (std::isnan(result.difference) || draws == 0) {
    return result;
  }
  result.standard_error = standard_deviation(drawn);
  result.p = p_of(drawn, draws);
  const PercentileInterval interval = percentile_interval(std::move(drawn), level);
  result.ci_low = interval.low;
  result.ci_high = interval.high;
  return result;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> latency_pairs(std::size_t layers) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  const std::size_t reach = layers <= kMostLayersOfAllPairs ? layers : 1;
  for (std::size_t a = 0; a < layers; ++a) {
    for (std::size_t b = a + 1; b < layers && b <= a + reach; ++b) {
      pairs.emplace_back(a, b);
    }
  }
  if (layers > kMostLayersOfAllPairs) {
    pairs.emplace_back(0, layers - 1);
  }
  return pairs;
}

std::vector<LatencyDifference> latency_differences(std::span<const Latency> layers, double level) {
  std::vector<LatencyDifference> differences;
  std::vector<double> p;
  for (const auto& [a, b] : latency_pairs(layers.size())) {
    LatencyDifference difference = difference_of(layers[a], layers[b], level);
    difference.a = a;
    difference.b = b;
    p.push_back(difference.p);
    differences.push_back(difference);
  }
  const std::vector<double> corrected = benjamini_hochberg(p);
  for (std::size_t k = 0; k < differences.size(); ++k) {
    differences[k].p_fdr = corrected[k];
  }
  return differences;
}

}  // namespace homolog::experiments
