#include "experiments/rsa/inference/bootstrap_variance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "experiments/rsa/inference/crossed_variance.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// Unbiased variance of those that are not NaN, in two passes.
double variance(std::span<const double> values) {
  double sum = 0.0;
  double count = 0.0;
  for (const double value : values) {
    if (!std::isnan(value)) {
      sum += value;
      ++count;
    }
  }
  if (count < 2.0) {
    return kNaN;
  }
  const double mean = sum / count;
  double squares = 0.0;
  for (const double value : values) {
    if (!std::isnan(value)) {
      squares += (value - mean) * (value - mean);
    }
  }
  return squares / (count - 1.0);
}

/// `of` gives the values of a repeat.
double over_repeats(const Replicates& replicates, const std::function<std::vector<double>(std::size_t)>& of) {
  const auto repeats = static_cast<double>(replicates.repeats());
  std::vector<double> mean(replicates.samples(), 0.0);
  double single = 0.0;
  for (std::size_t r = 0; r < replicates.repeats(); ++r) {
    const std::vector<double> values = of(r);
    single += variance(values) / repeats;
    for (std::size_t b = 0; b < mean.size(); ++b) {
      mean[b] += values[b] / repeats;
    }
  }
  if (replicates.repeats() == 1) {
    return single;
  }
  const double of_mean = variance(mean);
  const double corrected = (repeats * of_mean - single) / (repeats - 1.0);
  return corrected < 0.0 ? of_mean : corrected;
}

double corrected(const BootstrapReplicates& replicates,
                 const std::function<double(const Replicates&)>& variance_of) {
  if (!replicates.both.empty()) {
    const DrawVariances draws{.both = variance_of(replicates.both),
                              .subjects = variance_of(replicates.subjects),
                              .stimuli = variance_of(replicates.stimuli)};
    return dual_bootstrap_variance(draws, replicates.n_subjects, replicates.n_stimuli);
  }
  if (!replicates.stimuli.empty()) {
    return single_bootstrap_variance(variance_of(replicates.stimuli), replicates.n_stimuli);
  }
  return single_bootstrap_variance(variance_of(replicates.subjects), replicates.n_subjects);
}

}  // namespace

double dual_bootstrap_variance(const DrawVariances& draws, std::size_t n_subjects, std::size_t n_stimuli) {
  const std::array variances{draws.subjects, draws.stimuli, draws.both};
  const std::array sizes{n_subjects, n_stimuli};
  return crossed_bootstrap_variance(variances, sizes);
}

double single_bootstrap_variance(double variance, std::size_t n) {
  return small_sample_factor(n) * variance;
}

double replicate_variance(const Replicates& replicates, std::size_t column) {
  return over_repeats(replicates, [&](std::size_t repeat) {
    const std::span<const double> values = replicates.of(column, repeat);
    return std::vector<double>(values.begin(), values.end());
  });
}

double replicate_variance(const Replicates& replicates, std::size_t a, std::size_t b) {
  return over_repeats(replicates, [&](std::size_t repeat) {
    const std::span<const double> first = replicates.of(a, repeat);
    const std::span<const double> second = replicates.of(b, repeat);
    std::vector<double> values(first.size());
    std::transform(first.begin(), first.end(), second.begin(), values.begin(), std::minus<>());
    return values;
  });
}

double bootstrap_variance(const BootstrapReplicates& replicates, std::size_t column) {
  return corrected(replicates, [column](const Replicates& way) { return replicate_variance(way, column); });
}

double bootstrap_variance(const BootstrapReplicates& replicates, std::size_t a, std::size_t b) {
  return corrected(replicates, [a, b](const Replicates& way) { return replicate_variance(way, a, b); });
}

}  // namespace homolog::experiments
