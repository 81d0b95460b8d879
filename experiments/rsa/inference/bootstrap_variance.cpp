#include "experiments/rsa/inference/bootstrap_variance.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace homolog::experiments {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

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

double factor(std::size_t n) {
  return static_cast<double>(n) / static_cast<double>(n - 1);
}

}  // namespace

double dual_bootstrap_variance(const DrawVariances& draws, std::size_t n_subjects, std::size_t n_stimuli) {
  if (std::isnan(draws.both) || std::isnan(draws.subjects) || std::isnan(draws.stimuli)) {
    return kNaN;
  }
  const double subjects = factor(n_subjects) * draws.subjects;
  const double stimuli = factor(n_stimuli) * draws.stimuli;
  const double excess = draws.both - draws.subjects - draws.stimuli;
  const double variance = subjects + stimuli - factor(n_subjects) * factor(n_stimuli) * excess;
  return std::min(std::max({variance, subjects, stimuli}), draws.both);
}

double single_bootstrap_variance(double variance, std::size_t n) {
  return factor(n) * variance;
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
