#include "experiments/predictivity/unit_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "experiments/predictivity/score.hpp"
#include "experiments/rsa/inference/bootstrap_variance.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/parallel_draws.hpp"
#include "experiments/rsa/inference/student_t.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// The units of one split that have a value, by ascending value: medians of draws need no sorting.
class SortedUnits {
 public:
  /// `units`: those that are drawn from; a unit is named by its place among them.
  SortedUnits(const std::vector<double>& values, const std::vector<std::size_t>& units) {
    for (std::size_t k = 0; k < units.size(); ++k) {
      if (!std::isnan(values[units[k]])) {
        sorted_.push_back({.value = values[units[k]], .unit = k});
      }
    }
    std::stable_sort(sorted_.begin(), sorted_.end(),
                     [](const Unit& a, const Unit& b) { return a.value < b.value; });
  }

  /// Median where each unit is there so often; NaN if none is.
  [[nodiscard]] double median(std::span<const std::uint32_t> copies) const {
    std::size_t total = 0;
    for (const Unit& unit : sorted_) {
      total += copies[unit.unit];
    }
    return total == 0 ? kNaN : 0.5 * (at(copies, (total - 1) / 2) + at(copies, total / 2));
  }

 private:
  struct Unit {
    double value = 0.0;
    std::size_t unit = 0;
  };

  /// The value at this place, from 0, of all copies in ascending order.
  [[nodiscard]] double at(std::span<const std::uint32_t> copies, std::size_t place) const {
    std::size_t passed = 0;
    for (const Unit& unit : sorted_) {
      passed += copies[unit.unit];
      if (passed > place) {
        return unit.value;
      }
    }
    return kNaN;  // there is no such place
  }

  std::vector<Unit> sorted_{};
};

/// Places of units that have a value in any split.
std::vector<std::size_t> units_with_value(const std::vector<std::vector<double>>& values) {
  std::vector<std::size_t> units;
  for (std::size_t u = 0; !values.empty() && u < values.front().size(); ++u) {
    if (std::any_of(values.begin(), values.end(),
                    [u](const std::vector<double>& split) { return !std::isnan(split[u]); })) {
      units.push_back(u);
    }
  }
  return units;
}

}  // namespace

Estimate score_over_units(const std::vector<std::vector<double>>& values, const UnitBootstrap& options,
                          const Progress& progress) {
  const double score = summarise_units(values).score.mean;
  const std::vector<std::size_t> units = units_with_value(values);
  if (!options.units || units.size() < 2) {
    return {.value = score};
  }
  std::vector<SortedUnits> splits;
  for (const std::vector<double>& split : values) {
    splits.emplace_back(split, units);
  }
  Replicates scores(1, 1, options.samples);
  parallel_draws(options.samples, progress, [&](std::size_t b) {
    const std::vector<std::uint32_t> copies = multiplicities(
        units.size(),
        {.seed = options.seed, .purpose = Purpose::units, .draw = static_cast<std::uint32_t>(b)});
    std::vector<double> medians;
    for (const SortedUnits& split : splits) {
      medians.push_back(split.median(copies));
    }
    scores.at(0, 0, b) = split_mean(medians).mean;
  });
  const double variance = single_bootstrap_variance(replicate_variance(scores, 0), units.size());
  return estimate_of(score, std::sqrt(variance),
                     student_t_quantile(0.5 * (1.0 + options.level), static_cast<double>(units.size() - 1)));
}

}  // namespace homolog::experiments
