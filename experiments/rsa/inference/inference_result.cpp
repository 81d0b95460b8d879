#include "experiments/rsa/inference/inference_result.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/rsa/inference/student_t.hpp"

namespace homolog::experiments {
namespace {

double degrees_of_freedom(const BootstrapReplicates& replicates) {
  if (!replicates.both.empty()) {
    return static_cast<double>(std::min(replicates.n_subjects, replicates.n_stimuli) - 1);
  }
  return static_cast<double>((replicates.stimuli.empty() ? replicates.n_subjects : replicates.n_stimuli) - 1);
}

/// Draws in which no repeat of the column is NaN.
std::size_t defined_draws(const Replicates& replicates, std::size_t column) {
  std::size_t count = 0;
  for (std::size_t b = 0; b < replicates.samples(); ++b) {
    bool defined = true;
    for (std::size_t r = 0; r < replicates.repeats(); ++r) {
      defined = defined && !std::isnan(replicates.of(column, r)[b]);
    }
    count += defined ? 1 : 0;
  }
  return count;
}

/// An error of an undefined value is undefined.
double error_of(double value, double variance) {
  return std::isnan(value) ? value : std::sqrt(variance);
}

ModelDifference difference_of(std::span<const double> values, const BootstrapReplicates& replicates,
                              std::size_t a, std::size_t b, double dof) {
  ModelDifference result{.first = a, .second = b, .difference = values[a] - values[b]};
  result.standard_error = error_of(result.difference, bootstrap_variance(replicates, a, b));
  const double size = std::max(std::abs(values[a]), std::abs(values[b]));
  result.p = student_t_two_tails(t_statistic(result.difference, result.standard_error, size), dof);
  return result;
}

}  // namespace

InferenceResult infer_from(std::span<const double> values, const NoiseCeiling& ceiling,
                           const BootstrapReplicates& replicates, double level, bool differences) {
  const std::size_t low = values.size();  // columns of the noise ceilings
  const std::size_t high = values.size() + 1;
  InferenceResult result;
  result.dof = degrees_of_freedom(replicates);
  result.stimuli = !replicates.stimuli.empty();
  result.subjects = !replicates.subjects.empty();
  result.ceiling = ceiling;
  result.ceiling_error = {.low = error_of(ceiling.low, bootstrap_variance(replicates, low)),
                          .high = error_of(ceiling.high, bootstrap_variance(replicates, high))};
  const double width = student_t_quantile(0.5 * (1.0 + level), result.dof);
  for (std::size_t m = 0; m < values.size(); ++m) {
    ModelInference model{.value = values[m], .draws = defined_draws(replicates.joint(), m)};
    model.standard_error = error_of(values[m], bootstrap_variance(replicates, m));
    model.ci_low = values[m] - width * model.standard_error;
    model.ci_high = values[m] + width * model.standard_error;
    model.p_above_zero = student_t_upper_tail(t_statistic(values[m], model.standard_error, 1.0), result.dof);
    const double below = ceiling.low - values[m];
    const double size = std::max(std::abs(ceiling.low), std::abs(values[m]));
    model.p_below_ceiling = student_t_upper_tail(
        t_statistic(below, error_of(below, bootstrap_variance(replicates, low, m)), size), result.dof);
    result.models.push_back(model);
    for (std::size_t other = m + 1; differences && other < values.size(); ++other) {
      result.differences.push_back(difference_of(values, replicates, m, other, result.dof));
    }
  }
  return result;
}

}  // namespace homolog::experiments
