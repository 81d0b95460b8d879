#include "experiments/behaviour/observer_rates.hpp"

#include <cmath>
#include <cstddef>

#include "experiments/analysis/random_order.hpp"
#include "experiments/predictivity/ceiling.hpp"
#include "experiments/predictivity/score.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;

}  // namespace

Choices mean_rates(const Responses& rates, std::span<const std::uint32_t> copies) {
  Choices means = Choices::Constant(static_cast<Index>(rates.stimuli), static_cast<Index>(rates.units), kNaN);
  for (std::size_t i = 0; i < rates.stimuli; ++i) {
    for (std::size_t object = 0; object < rates.units; ++object) {
      double sum = 0.0;
      double asked = 0.0;
      for (std::size_t observer = 0; observer < copies.size(); ++observer) {
        const double rate = rates.at(i, observer, object);
        if (copies[observer] > 0 && !std::isnan(rate)) {
          sum += static_cast<double>(copies[observer]) * rate;
          asked += static_cast<double>(copies[observer]);
        }
      }
      if (asked > 0.0) {
        means(static_cast<Index>(i), static_cast<Index>(object)) = sum / asked;
      }
    }
  }
  return means;
}

double i2n_reliability(const Responses& rates, std::span<const std::int64_t> labels, std::size_t splits,
                       std::uint64_t seed) {
  std::vector<double> values;
  for (std::size_t s = 0; s < splits && rates.repetitions > 1; ++s) {
    const std::vector<std::size_t> order =
        random_order(rates.repetitions, seed, RandomOrder::observers, static_cast<std::uint32_t>(s));
    std::vector<std::uint32_t> half(rates.repetitions, 0);
    for (std::size_t k = 0; k < order.size() / 2; ++k) {
      half[order[k]] = 1;
    }
    std::vector<std::uint32_t> rest(half);
    for (std::uint32_t& copies : rest) {
      copies = 1 - copies;
    }
    values.push_back(spearman_brown(image_level_correlation(
        image_level_i2n(mean_rates(rates, half), labels), image_level_i2n(mean_rates(rates, rest), labels))));
  }
  return split_mean(values).mean;
}

}  // namespace homolog::experiments
