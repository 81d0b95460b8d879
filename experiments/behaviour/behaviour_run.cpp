#include "experiments/behaviour/behaviour_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "experiments/analysis/random_order.hpp"
#include "experiments/behaviour/decisions.hpp"
#include "experiments/behaviour/image_level.hpp"
#include "experiments/predictivity/ceiling.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
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
    result.kappa[system] = mean_kappa(result.consistency[system]);
  }
  result.between = mean_kappa(pairs);
  return result;
}

/// Mean rates of some observers, without what they were not asked, [stimulus, object].
Choices mean_rates(const Responses& rates, std::span<const std::size_t> observers) {
  Choices means = Choices::Constant(static_cast<Index>(rates.stimuli), static_cast<Index>(rates.units), kNaN);
  for (std::size_t i = 0; i < rates.stimuli; ++i) {
    for (std::size_t object = 0; object < rates.units; ++object) {
      double sum = 0.0;
      double asked = 0.0;
      for (const std::size_t observer : observers) {
        const double rate = rates.at(i, observer, object);
        sum += std::isnan(rate) ? 0.0 : rate;
        asked += std::isnan(rate) ? 0.0 : 1.0;
      }
      if (asked > 0.0) {
        means(static_cast<Index>(i), static_cast<Index>(object)) = sum / asked;
      }
    }
  }
  return means;
}

double reliability(const Responses& rates, const BehaviourSettings& settings) {
  std::vector<double> values;
  for (std::size_t s = 0; s < settings.reliability_splits && rates.repetitions > 1; ++s) {
    const std::vector<std::size_t> order =
        random_order(rates.repetitions, settings.seed, RandomOrder::observers, static_cast<std::uint32_t>(s));
    const std::span<const std::size_t> all(order);
    const std::size_t half = order.size() / 2;
    values.push_back(spearman_brown(
        image_level_correlation(image_level_i2n(mean_rates(rates, all.first(half)), settings.labels),
                                image_level_i2n(mean_rates(rates, all.subspan(half)), settings.labels))));
  }
  return split_mean(values).mean;
}

ImageLevelResult image_level_beside(const BehaviourSettings& settings, const ObserverRates& observers,
                                    const std::array<Eigen::MatrixXd, kSystems>& networks) {
  std::vector<std::size_t> all(observers.rates.repetitions);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Eigen::MatrixXd i2n = image_level_i2n(mean_rates(observers.rates, all), settings.labels);
  ImageLevelResult result{.name = observers.name};
  for (std::size_t system = 0; system < kSystems; ++system) {
    result.consistency[system] = image_level_correlation(networks[system], i2n);
  }
  result.reliability = reliability(observers.rates, settings);
  return result;
}

void warn_about(const BehaviourResult& result, const AnalysisInputs& inputs) {
  if (!inputs.warn) {
    return;
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
                  " error consistencies are undefined (both always right, or no stimulus in common)");
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

}  // namespace

std::array<std::string, kSystems> system_names() {
  return {"float", "spiking"};
}

BehaviourResult compute_behaviour(const BehaviourSettings& settings, const std::vector<Observers>& observers,
                                  const std::vector<ObserverRates>& rates, const AnalysisInputs& inputs) {
  const std::array<std::vector<float>, kSystems> readouts{
      mean_readout(inputs.float_readout, inputs.repetitions),
      mean_readout(inputs.spiking_readout, inputs.repetitions)};
  std::array<std::vector<double>, kSystems> correct;
  BehaviourResult result{.image_level_networks = kNaN};
  for (std::size_t system = 0; system < kSystems; ++system) {
    correct[system] = correct_of(settings, readouts[system]);
    result.accuracy[system] = accuracy_of(correct[system]);
  }
  result.networks = error_consistency(correct[0], correct[1]);
  for (const Observers& set : observers) {
    result.observers.push_back(beside(set, correct));
  }
  report(inputs.progress, 0.2);
  if (settings.image_level) {
    std::array<Eigen::MatrixXd, kSystems> i2n;
    for (std::size_t system = 0; system < kSystems; ++system) {
      const Scores scores = scores_of(settings, readouts[system], settings.labels.size());
      i2n[system] = image_level_i2n(binary_choices(scores, settings.labels), settings.labels);
    }
    result.image_level_networks = image_level_correlation(i2n[0], i2n[1]);
    for (const ObserverRates& set : rates) {
      report(inputs.progress,
             0.2 + 0.8 * static_cast<double>(result.image_level.size()) / static_cast<double>(rates.size()));
      result.image_level.push_back(image_level_beside(settings, set, i2n));
    }
  }
  report(inputs.progress, 1.0);
  warn_about(result, inputs);
  return result;
}

}  // namespace homolog::experiments
