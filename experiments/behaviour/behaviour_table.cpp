#include "experiments/behaviour/behaviour_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kKappa =
    "Cohen's kappa of right and wrong, (observed - expected) / (1 - expected); Geirhos et al. 2020";
constexpr const char* kI2n =
    "Pearson's r of I2n over stimuli and distractors, all observers' mean rates; raw";
constexpr const char* kReliability =
    "mean over random halves of the observers of 2 r / (1 + r), r the correlation of the halves' I2n";
constexpr const char* kCorrected = "consistency / sqrt(reliability); the network is taken as noiseless";

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f", value);
  return std::isfinite(value) ? text : "n/a";
}

std::string right(const std::string& text, std::size_t columns) {
  return std::string(columns > text.size() ? columns - text.size() : 0, ' ') + text;
}

std::string left(const std::string& text, std::size_t columns) {
  return text + std::string(columns > text.size() ? columns - text.size() : 0, ' ');
}

ResultDataset numbers(const std::string& name, std::vector<double> values, const std::string& axes,
                      const std::string& convention, std::vector<std::size_t> extents = {}) {
  ResultDataset dataset{
      .name = name, .values = std::move(values), .extents = std::move(extents), .axes = axes};
  if (!convention.empty()) {
    dataset.attributes = {{"convention", convention}};
  }
  return dataset;
}

/// [network, observer] of one set.
template <class ValueOf>
ResultDataset by_observer(const std::string& name, const ObserversResult& set, const ValueOf& value_of,
                          const std::string& convention = "") {
  std::vector<double> values;
  for (const std::vector<ErrorConsistency>& of_system : set.consistency) {
    std::transform(of_system.begin(), of_system.end(), std::back_inserter(values), value_of);
  }
  return numbers(name + "." + set.name, std::move(values), "network,observer", convention,
                 {kSystems, set.accuracy.size()});
}

double corrected(const ImageLevelResult& set, std::size_t system) {
  return r_over_sqrt_ceiling(set.consistency[system], set.reliability);
}

void add_observers(const BehaviourResult& result, std::vector<ResultDataset>& datasets) {
  std::vector<std::string> names;
  std::vector<double> kappa;
  std::vector<double> kappa_error;
  std::vector<double> between;
  for (const ObserversResult& set : result.observers) {
    names.push_back(set.name);
    for (const SplitMean& of_system : set.kappa) {
      kappa.push_back(of_system.mean);
      kappa_error.push_back(of_system.standard_error);
    }
    between.push_back(set.between.mean);
    datasets.push_back(numbers("accuracy." + set.name, set.accuracy, "observer", ""));
    datasets.push_back(by_observer(
        "kappa", set, [](const ErrorConsistency& c) { return c.kappa; }, kKappa));
    datasets.push_back(by_observer("observed", set, [](const ErrorConsistency& c) { return c.observed; }));
    datasets.push_back(by_observer("expected", set, [](const ErrorConsistency& c) { return c.expected; }));
    datasets.push_back(
        by_observer("trials", set, [](const ErrorConsistency& c) { return static_cast<double>(c.trials); }));
  }
  const std::vector<std::size_t> extents{names.size(), kSystems};
  datasets.push_back({.name = "observers", .values = std::move(names)});
  datasets.push_back(numbers("kappa", std::move(kappa), "observers,network", kKappa, extents));
  datasets.push_back(numbers("kappa_error", std::move(kappa_error), "observers,network",
                             "standard error of the mean over observers", extents));
  datasets.push_back(numbers("kappa_between_observers", std::move(between), "observers",
                             "mean over all pairs of observers"));
}

void add_image_level(const BehaviourResult& result, std::vector<ResultDataset>& datasets) {
  std::vector<std::string> names;
  std::vector<double> consistency;
  std::vector<double> over_root;
  std::vector<double> reliability;
  for (const ImageLevelResult& set : result.image_level) {
    names.push_back(set.name);
    reliability.push_back(set.reliability);
    for (std::size_t system = 0; system < kSystems; ++system) {
      consistency.push_back(set.consistency[system]);
      over_root.push_back(corrected(set, system));
    }
  }
  const std::vector<std::size_t> extents{names.size(), kSystems};
  datasets.push_back({.name = "i2n_observers", .values = std::move(names)});
  datasets.push_back(numbers("i2n_consistency", std::move(consistency), "observers,network", kI2n, extents));
  datasets.push_back(numbers("i2n_reliability", std::move(reliability), "observers", kReliability));
  datasets.push_back(numbers("i2n_consistency_over_sqrt_reliability", std::move(over_root),
                             "observers,network", kCorrected, extents));
}

}  // namespace

std::vector<ResultDataset> behaviour_datasets(const BehaviourResult& result) {
  const auto names = system_names();
  std::vector<ResultDataset> datasets{
      {.name = "networks", .values = std::vector<std::string>(names.begin(), names.end())},
      numbers("accuracy", {result.accuracy.begin(), result.accuracy.end()}, "network", ""),
      numbers("kappa_between_networks", {result.networks.kappa}, "", kKappa),
      numbers("i2n_between_networks", {result.image_level_networks}, "", "Pearson's r of I2n"),
  };
  if (!result.observers.empty()) {
    add_observers(result, datasets);
  }
  if (!result.image_level.empty()) {
    add_image_level(result, datasets);
  }
  return datasets;
}

std::string behaviour_json(const BehaviourResult& result) {
  const auto names = system_names();
  Json json{{"accuracy", Json::object()},
            {"kappa_between_networks", number(result.networks.kappa)},
            {"observers", Json::array()},
            {"i2n_between_networks", number(result.image_level_networks)},
            {"i2n", Json::array()}};
  for (std::size_t system = 0; system < kSystems; ++system) {
    json["accuracy"][names[system]] = number(result.accuracy[system]);
  }
  for (const ObserversResult& set : result.observers) {
    Json entry{{"name", set.name},
               {"observers", set.accuracy.size()},
               {"accuracy", number(split_mean(set.accuracy).mean)},
               {"kappa_between_observers", number(set.between.mean)},
               {"kappa", Json::object()}};
    for (std::size_t system = 0; system < kSystems; ++system) {
      entry["kappa"][names[system]] = number(set.kappa[system].mean);
    }
    json["observers"].push_back(std::move(entry));
  }
  for (const ImageLevelResult& set : result.image_level) {
    Json entry{{"name", set.name}, {"reliability", number(set.reliability)}};
    for (std::size_t system = 0; system < kSystems; ++system) {
      entry[names[system]] = {{"consistency", number(set.consistency[system])},
                              {"consistency_over_sqrt_reliability", number(corrected(set, system))}};
    }
    json["i2n"].push_back(std::move(entry));
  }
  return json.dump();
}

std::string behaviour_text(const BehaviourResult& result) {
  std::size_t width = 18;
  for (const ObserversResult& set : result.observers) {
    width = std::max(width, set.name.size());
  }
  for (const ImageLevelResult& set : result.image_level) {
    width = std::max(width, set.name.size() + 5);
  }
  std::string text = "\nbehaviour: decisions at the end of the presentation\n  " + left("", width) +
                     "     float   spiking   among observers\n  " + left("accuracy", width) +
                     right(shown(result.accuracy[0]), 10) + right(shown(result.accuracy[1]), 10) +
                     "\n  error consistency (kappa) of both networks: " + shown(result.networks.kappa) + '\n';
  for (const ObserversResult& set : result.observers) {
    text += "  " + left(set.name, width) + right(shown(set.kappa[0].mean), 10) +
            right(shown(set.kappa[1].mean), 10) + right(shown(set.between.mean), 18) + "   kappa\n";
  }
  if (std::isfinite(result.image_level_networks)) {
    text += "  I2n of both networks: r = " + shown(result.image_level_networks) + '\n';
  }
  for (const ImageLevelResult& set : result.image_level) {
    text += "  " + left(set.name, width) + right(shown(set.consistency[0]), 10) +
            right(shown(set.consistency[1]), 10) + right(shown(set.reliability), 18) +
            "   I2n, r (observers: reliability)\n  " + left("", width) + right(shown(corrected(set, 0)), 10) +
            right(shown(corrected(set, 1)), 10) + right("", 18) + "   r / sqrt(reliability)\n";
  }
  return text;
}

}  // namespace homolog::experiments
