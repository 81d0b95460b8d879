#include "experiments/behaviour/behaviour_run.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "experiments/behaviour/behaviour_draws.hpp"
#include "experiments/behaviour/decisions.hpp"
#include "experiments/behaviour/image_level.hpp"
#include "experiments/behaviour/observer_rates.hpp"
#include "experiments/predictivity/score.hpp"
#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/interval_width.hpp"
#include "experiments/rsa/progress.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Columns = BehaviourReplicates;

constexpr std::size_t kBlock = 1024;  // stimuli whose scores are in memory at a time

Scores scores_of(const BehaviourSettings& settings, std::span<const float> readout, std::size_t stimuli) {
  return settings.category_of.empty()
             ? class_scores(readout, stimuli)
             : category_scores(readout, stimuli, settings.category_of, settings.choices);
}

std::vector<double> correct_of(const BehaviourSettings& settings, std::span<const float> readout) {
  const std::size_t stimuli = settings.labels.size();
  const std::size_t classes = readout.size() / std::max<std::size_t>(stimuli, 1);
  std::vector<std::int64_t> choices;
  for (std::size_t first = 0; first < stimuli; first += kBlock) {
    const std::size_t count = std::min(kBlock, stimuli - first);
    const std::vector<std::int64_t> of_block =
        decisions(scores_of(settings, readout.subspan(first * classes, count * classes), count));
    choices.insert(choices.end(), of_block.begin(), of_block.end());
  }
  return correctness(choices, settings.labels);
}

SplitMean mean_kappa(const std::vector<ErrorConsistency>& values) {
  std::vector<double> kappas;
  for (const ErrorConsistency& value : values) {
    kappas.push_back(value.kappa);
  }
  return split_mean(kappas);
}

ObserversResult beside(const Observers& observers,
                       const std::array<std::vector<double>, kSystems>& networks) {
  ObserversResult result{.name = observers.name};
  std::vector<ErrorConsistency> pairs;
  for (std::size_t a = 0; a < observers.correct.size(); ++a) {
    result.accuracy.push_back(accuracy_of(observers.correct[a]));
    for (std::size_t system = 0; system < kSystems; ++system) {
      result.consistency[system].push_back(error_consistency(networks[system], observers.correct[a]));
    }
    for (std::size_t b = a + 1; b < observers.correct.size(); ++b) {
      pairs.push_back(error_consistency(observers.correct[a], observers.correct[b]));
    }
  }
  for (std::size_t system = 0; system < kSystems; ++system) {
    const SplitMean kappa = mean_kappa(result.consistency[system]);
    result.kappa[system].value = kappa.mean;
    result.kappa_error[system] = kappa.standard_error;
  }
  result.kappa_difference.value = result.kappa[1].value - result.kappa[0].value;
  result.between.value = mean_kappa(pairs).mean;
  return result;
}

ImageLevelResult image_level_beside(const BehaviourSettings& settings, const ObserverRates& observers,
                                    const std::array<Eigen::MatrixXd, kSystems>& networks) {
  const std::vector<std::uint32_t> everyone(observers.rates.repetitions, 1);
  const Eigen::MatrixXd i2n = image_level_i2n(mean_rates(observers.rates, everyone), settings.labels);
  ImageLevelResult result{.name = observers.name};
  for (std::size_t system = 0; system < kSystems; ++system) {
    result.consistency[system].value = image_level_correlation(networks[system], i2n);
  }
  result.difference.value = result.consistency[1].value - result.consistency[0].value;
  result.reliability =
      i2n_reliability(observers.rates, settings.labels, settings.reliability_splits, settings.seed);
  return result;
}

/// Errors and intervals of estimates that are columns of the same draws.
class Intervals {
 public:
  Intervals(const BootstrapReplicates& replicates, double level)
      : replicates_(replicates),
        drawn_(!replicates.joint().empty()),
        width_(drawn_ ? interval_width(replicates, level) : kNaN) {}

  void of(std::size_t column, Estimate& estimate) const {
    if (drawn_) {
      estimate = estimate_of(estimate.value, std::sqrt(bootstrap_variance(replicates_, column)), width_);
    }
  }
  /// Of column a less column b, draw by draw.
  void of(std::size_t a, std::size_t b, Estimate& difference) const {
    if (drawn_) {
      difference = estimate_of(difference.value, std::sqrt(bootstrap_variance(replicates_, a, b)), width_);
    }
  }

 private:
  const BootstrapReplicates& replicates_;
  bool drawn_;
  double width_;
};

void add_intervals(const BehaviourReplicates& draws, double level, BehaviourResult& result) {
  const Intervals networks(draws.networks, level);
  networks.of(Columns::accuracy_float, result.accuracy[0]);
  networks.of(Columns::accuracy_spiking, result.accuracy[1]);
  networks.of(Columns::accuracy_spiking, Columns::accuracy_float, result.accuracy_difference);
  networks.of(Columns::kappa, result.kappa);
  networks.of(Columns::i2n, result.image_level_networks);
  for (std::size_t s = 0; s < result.observers.size(); ++s) {
    const Intervals intervals(draws.observers[s], level);
    intervals.of(Columns::kappa_float, result.observers[s].kappa[0]);
    intervals.of(Columns::kappa_spiking, result.observers[s].kappa[1]);
    intervals.of(Columns::kappa_spiking, Columns::kappa_float, result.observers[s].kappa_difference);
    intervals.of(Columns::between, result.observers[s].between);
  }
  for (std::size_t s = 0; s < result.image_level.size(); ++s) {
    const Intervals intervals(draws.image_level[s], level);
    intervals.of(Columns::i2n_float, result.image_level[s].consistency[0]);
    intervals.of(Columns::i2n_spiking, result.image_level[s].consistency[1]);
    intervals.of(Columns::i2n_spiking, Columns::i2n_float, result.image_level[s].difference);
  }
}

/// Of intervals that were asked for and are not there.
void warn_about_draws(const BehaviourSettings& settings, const std::vector<Observers>& observers,
                      const std::vector<ObserverRates>& rates, const AnalysisInputs& inputs) {
  if (!inputs.warn || settings.inference.resample == Resample::none) {
    return;
  }
  if (settings.labels.size() < kLeastStimuli) {
    inputs.warn("behaviour: intervals need 3 stimuli at least; it gives none");
  } else if (settings.inference.resample == Resample::subjects) {
    const auto one = [&](const std::string& name, std::size_t count) {
      if (count < 2) {
        inputs.warn(
            "observers '" + name +
            "': one observer cannot be drawn from (inference.bootstrap: subjects); there are no intervals");
      }
    };
    for (const Observers& set : observers) {
      one(set.name, set.correct.size());
    }
    for (const ObserverRates& set : rates) {
      one(set.name, set.rates.repetitions);
    }
  }
}

void warn_about(const BehaviourResult& result, const AnalysisInputs& inputs) {
  if (!inputs.warn) {
    return;
  }
  if (std::isnan(result.kappa.value)) {
    inputs.warn(
        "the error consistency of the two networks is undefined: both are always right or both always wrong");
  }
  for (const ObserversResult& observers : result.observers) {
    std::size_t undefined = 0;
    for (const std::vector<ErrorConsistency>& of_system : observers.consistency) {
      undefined += static_cast<std::size_t>(
          std::count_if(of_system.begin(), of_system.end(),
                        [](const ErrorConsistency& value) { return std::isnan(value.kappa); }));
    }
    if (undefined > 0) {
      inputs.warn("observers '" + observers.name + "': " + std::to_string(undefined) + " of " +
                  std::to_string(kSystems * observers.accuracy.size()) +
                  " error consistencies with the networks are undefined (both always right or both always "
                  "wrong, or no stimulus in common)");
    }
  }
  for (const ImageLevelResult& observers : result.image_level) {
    if (!(observers.reliability > 0.0)) {
      inputs.warn(
          "observers '" + observers.name +
          "': their I2n has no reliability above 0 (one observer has none); the corrected consistency "
          "is NaN");
    }
  }
}

/// Mean over presentations [repetition, stimulus, class] of each stimulus: [stimulus, class].
std::vector<float> mean_readout(std::span<const float> readout, std::int64_t repetitions) {
  const std::size_t size = readout.size() / static_cast<std::size_t>(repetitions);
  std::vector<float> mean(size);
  for (std::size_t k = 0; k < size; ++k) {
    double sum = 0.0;
    for (std::size_t place = k; place < readout.size(); place += size) {
      sum += static_cast<double>(readout[place]);
    }
    mean[k] = static_cast<float>(sum / static_cast<double>(repetitions));
  }
  return mean;
}

/// Correctness of both networks, and their choices for I2n.
struct NetworkAnswers {
  std::array<std::vector<double>, kSystems> correct{};
  std::array<Choices, kSystems> choices{};
};

NetworkAnswers answers_of(const BehaviourSettings& settings, const AnalysisInputs& inputs) {
  NetworkAnswers answers;
  const std::array<std::span<const float>, kSystems> readouts{inputs.float_readout, inputs.spiking_readout};
  for (std::size_t system = 0; system < kSystems; ++system) {
    const std::vector<float> readout = mean_readout(readouts[system], inputs.repetitions);
    answers.correct[system] = correct_of(settings, readout);
    if (settings.image_level) {
      const Scores scores = scores_of(settings, readout, settings.labels.size());
      answers.choices[system] = binary_choices(scores, settings.labels);
    }
  }
  return answers;
}

void add_image_level(const BehaviourSettings& settings, const std::vector<ObserverRates>& rates,
                     const std::array<Choices, kSystems>& choices, const Progress& progress,
                     BehaviourResult& result) {
  std::array<Eigen::MatrixXd, kSystems> i2n;
  for (std::size_t system = 0; system < kSystems; ++system) {
    i2n[system] = image_level_i2n(choices[system], settings.labels);
  }
  result.image_level_networks.value = image_level_correlation(i2n[0], i2n[1]);
  for (const ObserverRates& set : rates) {
    report(progress, static_cast<double>(result.image_level.size()) / static_cast<double>(rates.size()));
    result.image_level.push_back(image_level_beside(settings, set, i2n));
  }
}

BehaviourResult compute(const BehaviourSettings& settings, const std::vector<Observers>& observers,
                        const std::vector<ObserverRates>& rates, const AnalysisInputs& inputs) {
  NetworkAnswers networks = answers_of(settings, inputs);
  BehaviourResult result;
  for (std::size_t system = 0; system < kSystems; ++system) {
    result.accuracy[system].value = accuracy_of(networks.correct[system]);
  }
  result.accuracy_difference.value = result.accuracy[1].value - result.accuracy[0].value;
  result.networks = error_consistency(networks.correct[0], networks.correct[1]);
  result.kappa.value = result.networks.kappa;
  for (const Observers& set : observers) {
    result.observers.push_back(beside(set, networks.correct));
  }
  const bool drawn = settings.inference.resample != Resample::none && settings.labels.size() >= kLeastStimuli;
  const double share = drawn ? 0.2 : 1.0;
  if (settings.image_level) {
    add_image_level(settings, rates, networks.choices, part_of(inputs.progress, 0.0, share), result);
  }
  if (drawn) {
    std::array<ChoiceRates, kSystems> choices;
    for (std::size_t system = 0; system < kSystems; ++system) {
      choices[system] = choice_rates(std::move(networks.choices[system]));
    }
    const BehaviourReplicates draws = draw_behaviour({.settings = settings,
                                                      .correct = networks.correct,
                                                      .observers = observers,
                                                      .choices = choices,
                                                      .rates = rates},
                                                     settings.seed, part_of(inputs.progress, share, 1.0));
    add_intervals(draws, settings.inference.level, result);
  }
  report(inputs.progress, 1.0);
  warn_about(result, inputs);
  warn_about_draws(settings, observers, rates, inputs);
  return result;
}

}  // namespace

std::array<std::string, kSystems> system_names() {
  return {"float", "spiking"};
}

BehaviourResult compute_behaviour(const BehaviourSettings& settings, const std::vector<Observers>& observers,
                                  const std::vector<ObserverRates>& rates, const AnalysisInputs& inputs) {
  tbb::task_arena arena(std::max(inputs.threads, 1));
  return arena.execute([&] { return compute(settings, observers, rates, inputs); });
}

}  // namespace homolog::experiments
