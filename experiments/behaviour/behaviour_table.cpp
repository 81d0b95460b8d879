#include "experiments/behaviour/behaviour_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "experiments/analysis/estimate_datasets.hpp"
#include "experiments/analysis/table_cells.hpp"
#include "experiments/predictivity/score.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;
using Datasets = std::vector<ResultDataset>;

constexpr const char* kKappa =
    "Cohen's kappa of right and wrong, (observed - expected) / (1 - expected); Geirhos et al. 2020";
constexpr const char* kI2n =
    "Pearson's r of I2n over stimuli and distractors, all observers' mean rates; raw";
constexpr const char* kReliability =
    "mean over random halves of the observers of 2 r / (1 + r), r the correlation of the halves' I2n";
constexpr const char* kCorrected =
    "consistency / sqrt(reliability); the network's readout is taken as free of noise";
constexpr const char* kDifference = "spiking less float";

ResultDataset numbers(const std::string& name, std::vector<double> values, const std::string& axes,
                      const std::string& convention, std::vector<std::size_t> extents = {}) {
  ResultDataset dataset{
      .name = name, .values = std::move(values), .extents = std::move(extents), .axes = axes};
  if (!convention.empty()) {
    dataset.attributes = {{"convention", convention}};
  }
  return dataset;
}

void append(Datasets more, Datasets& datasets) {
  std::move(more.begin(), more.end(), std::back_inserter(datasets));
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
  return r_over_sqrt_ceiling(set.consistency[system].value, set.reliability);
}

/// What one set of observers has for itself.
void add_each_observer(const ObserversResult& set, Datasets& datasets) {
  datasets.push_back(numbers("accuracy." + set.name, set.accuracy, "observer", ""));
  datasets.push_back(by_observer(
      "kappa", set, [](const ErrorConsistency& c) { return c.kappa; }, kKappa));
  datasets.push_back(by_observer("observed", set, [](const ErrorConsistency& c) { return c.observed; }));
  datasets.push_back(by_observer("expected", set, [](const ErrorConsistency& c) { return c.expected; }));
  datasets.push_back(
      by_observer("trials", set, [](const ErrorConsistency& c) { return static_cast<double>(c.trials); }));
}

void add_observers(const BehaviourResult& result, Datasets& datasets) {
  std::vector<std::string> names;
  std::vector<Estimate> kappa;
  std::vector<double> kappa_error;
  std::vector<Estimate> difference;
  std::vector<Estimate> between;
  for (const ObserversResult& set : result.observers) {
    names.push_back(set.name);
    kappa.insert(kappa.end(), set.kappa.begin(), set.kappa.end());
    kappa_error.insert(kappa_error.end(), set.kappa_error.begin(), set.kappa_error.end());
    difference.push_back(set.kappa_difference);
    between.push_back(set.between);
    add_each_observer(set, datasets);
  }
  const std::vector<std::size_t> extents{names.size(), kSystems};
  datasets.push_back({.name = "observers", .values = std::move(names)});
  append(estimate_datasets("kappa", kappa, extents, "observers,network", kKappa), datasets);
  datasets.push_back(numbers("kappa_error", std::move(kappa_error), "observers,network",
                             "standard error of the mean over observers", extents));
  append(estimate_datasets("kappa_difference", difference, {}, "observers", kDifference), datasets);
  append(estimate_datasets("kappa_between_observers", between, {}, "observers",
                           "mean over all pairs of observers"),
         datasets);
}

void add_image_level(const BehaviourResult& result, Datasets& datasets) {
  std::vector<std::string> names;
  std::vector<Estimate> consistency;
  std::vector<Estimate> difference;
  std::vector<double> over_root;
  std::vector<double> reliability;
  for (const ImageLevelResult& set : result.image_level) {
    names.push_back(set.name);
    consistency.insert(consistency.end(), set.consistency.begin(), set.consistency.end());
    difference.push_back(set.difference);
    reliability.push_back(set.reliability);
    for (std::size_t system = 0; system < kSystems; ++system) {
      over_root.push_back(corrected(set, system));
    }
  }
  const std::vector<std::size_t> extents{names.size(), kSystems};
  datasets.push_back({.name = "i2n_observers", .values = std::move(names)});
  append(estimate_datasets("i2n_consistency", consistency, extents, "observers,network", kI2n), datasets);
  append(estimate_datasets("i2n_consistency_difference", difference, {}, "observers", kDifference), datasets);
  datasets.push_back(numbers("i2n_reliability", std::move(reliability), "observers", kReliability));
  datasets.push_back(numbers("i2n_consistency_over_sqrt_reliability", std::move(over_root),
                             "observers,network", kCorrected, extents));
}

/// A number for each network: `key` an object, and key_standard_error, key_ci_low, key_ci_high such objects.
void add_by_network(Json& object, const std::string& key, const std::array<Estimate, kSystems>& estimates) {
  const auto names = system_names();
  for (std::size_t system = 0; system < kSystems; ++system) {
    Json one = Json::object();
    add_estimate(one, key, estimates[system]);
    for (const auto& [name, value] : one.items()) {
      object[name][names[system]] = value;
    }
  }
}

}  // namespace

std::vector<ResultDataset> behaviour_datasets(const BehaviourResult& result) {
  const auto names = system_names();
  const auto one = [](const std::string& name, const Estimate& estimate, const std::string& convention) {
    return estimate_datasets(name, std::span(&estimate, 1), {}, "", convention);
  };
  Datasets datasets{{.name = "networks", .values = std::vector<std::string>(names.begin(), names.end())}};
  append(estimate_datasets("accuracy", result.accuracy, {}, "network"), datasets);
  append(one("accuracy_difference", result.accuracy_difference, kDifference), datasets);
  append(one("kappa_between_networks", result.kappa, kKappa), datasets);
  append(one("i2n_between_networks", result.image_level_networks, "Pearson's r of I2n"), datasets);
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
  Json json;
  add_by_network(json, "accuracy", result.accuracy);
  add_estimate(json, "accuracy_difference", result.accuracy_difference);
  add_estimate(json, "kappa_between_networks", result.kappa);
  json["observers"] = Json::array();
  for (const ObserversResult& set : result.observers) {
    Json entry{{"name", set.name},
               {"observers", set.accuracy.size()},
               {"accuracy", json_number(split_mean(set.accuracy).mean)}};
    add_estimate(entry, "kappa_between_observers", set.between);
    add_by_network(entry, "kappa", set.kappa);
    add_estimate(entry, "kappa_difference", set.kappa_difference);
    json["observers"].push_back(std::move(entry));
  }
  add_estimate(json, "i2n_between_networks", result.image_level_networks);
  json["i2n"] = Json::array();
  for (const ImageLevelResult& set : result.image_level) {
    Json entry{{"name", set.name}, {"reliability", json_number(set.reliability)}};
    for (std::size_t system = 0; system < kSystems; ++system) {
      Json& network = entry[names[system]];
      add_estimate(network, "consistency", set.consistency[system]);
      network["consistency_over_sqrt_reliability"] = json_number(corrected(set, system));
    }
    add_estimate(entry, "consistency_difference", set.difference);
    json["i2n"].push_back(std::move(entry));
  }
  return json.dump();
}

std::string behaviour_text(const BehaviourResult& result) {
  std::vector<std::vector<std::string>> rows{{"", "", "float", "spiking", "difference", "among observers"}};
  const auto add = [&](const std::string& name, const std::string& what,
                       const std::array<Estimate, kSystems>& networks, const Estimate& difference,
                       const std::string& among) {
    rows.push_back({name, what, cell_of(networks[0]), cell_of(networks[1]), cell_of(difference), among});
  };
  add("", "accuracy", result.accuracy, result.accuracy_difference, "");
  for (const ObserversResult& set : result.observers) {
    add(set.name, "kappa", set.kappa, set.kappa_difference, cell_of(set.between));
  }
  for (const ImageLevelResult& set : result.image_level) {
    add(set.name, "I2n, r", set.consistency, set.difference, cell_of(set.reliability) + " (reliability)");
    rows.push_back(
        {set.name, "r / sqrt(reliability)", cell_of(corrected(set, 0)), cell_of(corrected(set, 1)), "", ""});
  }
  std::string text = "\nbehaviour: decisions at the end of the presentation, difference spiking - float\n" +
                     table_of(rows, 2) +
                     "  error consistency (kappa) of both networks: " + cell_of(result.kappa) + '\n';
  if (std::isfinite(result.image_level_networks.value)) {
    text += "  I2n of both networks: r = " + cell_of(result.image_level_networks) + '\n';
  }
  return text;
}

}  // namespace homolog::experiments
