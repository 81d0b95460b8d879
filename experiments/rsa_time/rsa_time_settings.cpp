#include "experiments/rsa_time/rsa_time_settings.hpp"

#include <algorithm>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/entry_checks.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostSteps = 1000000;
constexpr double kMostMs = 1e9;

WindowSettings read_windows(Parameters& parameters) {
  Parameters windows = parameters.map("windows");
  WindowSettings settings;
  settings.width = windows.integer("width", 1, kMostSteps, settings.width);
  settings.step = windows.integer("step", 1, kMostSteps, std::min(settings.step, settings.width));
  settings.cumulative = windows.flag("cumulative", settings.cumulative);
  return settings;
}

OnsetRule read_onset(Parameters& parameters, const InferenceSettings& inference) {
  Parameters onset = parameters.map("onset");
  OnsetRule rule;
  rule.significance = onset.choice("threshold", {"peak", "significance"}, "peak") == "significance";
  if (!rule.significance) {
    rule.share = onset.number("share", 0.0, 0.999, rule.share);
    return rule;
  }
  if (inference.resample == Resample::none) {
    onset.fail("threshold",
               "is significance, but inference.bootstrap is none; expected a bootstrap, or peak");
  }
  rule.level = onset.number("level", 1e-6, 0.5, rule.level);
  rule.in_a_row = static_cast<std::size_t>(onset.integer("in_a_row", 1, 1000, 2));
  return rule;
}

MatrixIntervals read_intervals(Parameters& parameters, const InferenceSettings& inference) {
  const std::string choice =
      parameters.choice("generalisation_intervals", {"auto", "always", "never"}, "auto");
  if (choice == "always" && inference.resample == Resample::none) {
    parameters.fail("generalisation_intervals",
                    "is always, but inference.bootstrap is none; expected a bootstrap, auto or never");
  }
  return choice == "auto"     ? MatrixIntervals::automatic
         : choice == "always" ? MatrixIntervals::always
                              : MatrixIntervals::never;
}

void check_reference_times(const std::vector<double>& times, const Parameters& parameters) {
  for (std::size_t k = 0; k < times.size(); ++k) {
    if (std::find(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(k), times[k]) !=
        times.begin() + static_cast<std::ptrdiff_t>(k)) {
      parameters.fail("reference_times", "has a time twice; once is enough");
    }
  }
}

}  // namespace

RsaTimeSettings read_rsa_time_settings(Parameters& parameters) {
  RsaTimeSettings settings;
  settings.windows = read_windows(parameters);
  settings.dissimilarity = parameters.choice("dissimilarity", dissimilarities().names(), "correlation");
  settings.noise = noise_covariances().find(parameters.choice("noise", noise_covariances().names(), "none"));
  settings.compare = read_names(parameters, "compare", comparisons().names(), {"spearman"});
  settings.references = read_references(parameters);
  settings.generalisation = parameters.flag("generalisation", true);
  settings.reference_times = parameters.numbers("reference_times", std::vector<double>{});
  settings.time_by_time = parameters.flag("time_by_time", false);
  if (settings.time_by_time) {
    settings.delay_ms = parameters.number("delay_ms", -kMostMs, kMostMs, 0.0);
  }
  settings.inference = read_inference(parameters);
  settings.onset = read_onset(parameters, settings.inference);
  settings.generalisation_intervals = read_intervals(parameters, settings.inference);
  settings.latency_differences = parameters.flag("latency_differences", true);
  settings.keep_rdms = parameters.flag("keep_rdms", false);
  if (settings.inference.differences) {
    parameters.fail(
        "inference",
        "asks for differences of values, which rsa_time does not test; expected false (layers differ in "
        "time: latency_differences)");
  }
  check_twins(settings.references, {}, parameters);
  check_reference_times(settings.reference_times, parameters);
  return settings;
}

}  // namespace homolog::experiments
