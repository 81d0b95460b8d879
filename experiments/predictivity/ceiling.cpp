#include "experiments/predictivity/ceiling.hpp"

#include <tbb/parallel_for.h>

#include <cmath>
#include <numeric>

#include "experiments/analysis/random_order.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kFewestStimuli = 3;  // two points always correlate perfectly

/// Mean over `repetitions` of one stimulus and unit, without those that are missing.
double mean_over(const Responses& responses, const std::vector<std::size_t>& repetitions,
                 std::size_t stimulus, std::size_t unit) {
  double sum = 0.0;
  double present = 0.0;
  for (const std::size_t repetition : repetitions) {
    const double value = responses.at(stimulus, repetition, unit);
    if (!std::isnan(value)) {
      sum += value;
      present += 1.0;
    }
  }
  return present > 0.0 ? sum / present : kNaN;
}

/// Correlation of the two halves' means over the stimuli that both have.
double half_correlation(const Responses& responses, const std::vector<std::size_t>& half,
                        const std::vector<std::size_t>& other, std::size_t unit) {
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < responses.stimuli; ++i) {
    const double first = mean_over(responses, half, i, unit);
    const double second = mean_over(responses, other, i, unit);
    if (!std::isnan(first) && !std::isnan(second)) {
      x.push_back(first);
      y.push_back(second);
    }
  }
  return x.size() < kFewestStimuli ? kNaN : pearson_correlation(x, y);
}

}  // namespace

Eigen::MatrixXd mean_responses(const Responses& responses) {
  std::vector<std::size_t> all(responses.repetitions);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Eigen::MatrixXd means(static_cast<Eigen::Index>(responses.stimuli),
                        static_cast<Eigen::Index>(responses.units));
  for (std::size_t u = 0; u < responses.units; ++u) {
    for (std::size_t i = 0; i < responses.stimuli; ++i) {
      means(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(u)) = mean_over(responses, all, i, u);
    }
  }
  return means;
}

double spearman_brown(double r) {
  return r > -1.0 ? 2.0 * r / (1.0 + r) : kNaN;
}

UnitScores internal_consistency(const Responses& responses, std::size_t splits, std::uint64_t seed) {
  std::vector<std::vector<double>> values(splits, std::vector<double>(responses.units, kNaN));
  if (responses.repetitions < 2) {
    return summarise_units(values);
  }
  for (std::size_t s = 0; s < splits; ++s) {
    const std::vector<std::size_t> order =
        random_order(responses.repetitions, seed, RandomOrder::repetitions, static_cast<std::uint32_t>(s));
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
    const std::vector<std::size_t> half(order.begin(), middle);
    const std::vector<std::size_t> other(middle, order.end());
    tbb::parallel_for(std::size_t{0}, responses.units, [&](std::size_t u) {
      values[s][u] = spearman_brown(half_correlation(responses, half, other, u));
    });
  }
  return summarise_units(values);
}

}  // namespace homolog::experiments
