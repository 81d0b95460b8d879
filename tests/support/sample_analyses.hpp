#pragma once

// What the analyses variance, fusion, predictivity and behaviour leave in a results file, for a small
// network: numbers that a test can say without reading them.

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "sim/core/nan.hpp"

namespace homolog::test {

/// How the datasets are spoilt.
enum class Spoilt {
  no,
  nan,      ///< every number is NaN
  extents,  ///< numbers have an element more than texts say
  missing   ///< every second dataset of numbers is left out
};

using Datasets = std::vector<experiments::ResultDataset>;
using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

/// Adds `name` with standard errors of 0.02 and intervals of +-0.05.
inline void add_estimates(const std::string& name, const Numbers& values,
                          const std::vector<std::size_t>& extents, Datasets& datasets) {
  const auto moved = [&](double by) {
    Numbers all = values;
    for (double& value : all) {
      value += by;
    }
    return all;
  };
  datasets.push_back({.name = name, .values = values, .extents = extents});
  datasets.push_back(
      {.name = name + "_standard_error", .values = Numbers(values.size(), 0.02), .extents = extents});
  datasets.push_back({.name = name + "_ci_low", .values = moved(-0.05), .extents = extents});
  datasets.push_back({.name = name + "_ci_high", .values = moved(0.05), .extents = extents});
}

/// Two sets, float and count: in layer k of reference r they explain 0.01 k and 0.02 alone and share
/// 0.3 - 0.1 r; in the last layer they share -0.1.
inline Datasets sample_variance(const Texts& layers) {
  const Texts references{"IT", "V4"};
  Numbers parts, r_squared, adjusted, semi, partial;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    for (std::size_t r = 0; r < references.size(); ++r) {
      const double first = 0.01 * static_cast<double>(k);
      const double shared = k + 1 == layers.size() ? -0.1 : 0.3 - 0.1 * static_cast<double>(r);
      parts.insert(parts.end(), {first, 0.02, shared});
      r_squared.insert(r_squared.end(), {first + shared, 0.02 + shared, first + 0.02 + shared});
      adjusted.insert(adjusted.end(), {0.0, 0.0, 0.01});
      semi.insert(semi.end(), {std::sqrt(first), -std::sqrt(0.02)});
      partial.insert(partial.end(), {0.1, -0.2});
    }
  }
  Datasets all{{.name = "layers", .values = layers},
               {.name = "references", .values = references},
               {.name = "sets", .values = Texts{"float", "count"}},
               {.name = "subsets", .values = Texts{"float", "count", "float+count"}},
               {.name = "members", .values = std::vector<std::int64_t>{1, 0, 0, 1, 1, 1}, .extents = {3, 2}},
               {.name = "r_squared_adjusted", .values = adjusted, .extents = {layers.size(), 2, 3}}};
  add_estimates("r_squared", r_squared, {layers.size(), 2, 3}, all);
  add_estimates("part", parts, {layers.size(), 2, 3}, all);
  add_estimates("semi_partial", semi, {layers.size(), 2, 2}, all);
  add_estimates("partial", partial, {layers.size(), 2, 2}, all);
  return all;
}

/// Courses over `times` times, 10 ms apart from -50 ms on: a bump at 150 ms, of height 0.4 for the
/// correlation and 0.1 + 0.01 m for model m, where also p_fdr is below 0.05.
inline Datasets sample_fusion(const Texts& layers, const Texts& codes, std::size_t times) {
  Numbers at, correlation, commonality, p;
  const auto bump = [](double ms, double height) {
    return height * std::exp(-0.5 * std::pow((ms - 150.0) / 60.0, 2.0));
  };
  for (std::size_t t = 0; t < times; ++t) {
    at.push_back(-50.0 + 10.0 * static_cast<double>(t));
    correlation.push_back(bump(at.back(), 0.4));
    p.push_back(correlation.back() > 0.2 ? 0.01 : 0.5);
  }
  Numbers all_p;
  for (std::size_t m = 0; m < layers.size(); ++m) {
    for (const double ms : at) {
      commonality.push_back(bump(ms, 0.1 + 0.01 * static_cast<double>(m)));
    }
    all_p.insert(all_p.end(), p.begin(), p.end());
  }
  Datasets all{{.name = "time", .values = at, .units = "ms", .axes = "time"},
               {.name = "layers", .values = layers},
               {.name = "codes", .values = codes},
               {.name = "references", .values = Texts{"MEG", "IT"}},
               {.name = "correlation_p_fdr", .values = p, .extents = {times}},
               {.name = "commonality_p_fdr", .values = all_p, .extents = {layers.size(), times}}};
  add_estimates("correlation", correlation, {times}, all);
  add_estimates("commonality", commonality, {layers.size(), times}, all);
  return all;
}

/// Float and count of every layer against two sets of responses, V4 without ceiling.
inline Datasets sample_predictivity(const Texts& layers) {
  Texts of_layer, codes, responses, regions;
  Numbers score, error, low, high, ceiling, ceiling_error, square, root, units, undefined;
  const double none = kNaN;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    for (const char* code : {"float", "count"}) {
      for (const char* name : {"IT", "V4"}) {
        const bool it = std::string(name) == "IT";
        of_layer.push_back(layers[k]);
        codes.emplace_back(code);
        responses.emplace_back(name);
        regions.emplace_back(it ? "inferior temporal" : "V4");
        score.push_back(0.2 + 0.05 * static_cast<double>(k));
        error.push_back(0.01);
        low.push_back(score.back() - 0.03);
        high.push_back(score.back() + 0.03);
        ceiling.push_back(it ? 0.64 : none);
        ceiling_error.push_back(it ? 0.02 : none);
        square.push_back(it ? score.back() * score.back() / 0.64 : none);
        root.push_back(it ? score.back() / 0.8 : none);
        units.push_back(168);
        undefined.push_back(k == 0 ? 2 : 0);
      }
    }
  }
  return {{.name = "layer", .values = of_layer},
          {.name = "code", .values = codes},
          {.name = "responses", .values = responses},
          {.name = "region", .values = regions},
          {.name = "score", .values = score},
          {.name = "score_error", .values = error},
          {.name = "score_ci_low", .values = low},
          {.name = "score_ci_high", .values = high},
          {.name = "ceiling", .values = ceiling},
          {.name = "ceiling_error", .values = ceiling_error},
          {.name = "r_squared_over_ceiling", .values = square},
          {.name = "r_over_sqrt_ceiling", .values = root},
          {.name = "units", .values = units},
          {.name = "undefined_units", .values = undefined}};
}

/// Five people, `many` monkeys, and one set of I2n rates.
inline Datasets sample_behaviour(std::size_t many) {
  Datasets all{{.name = "networks", .values = Texts{"float", "spiking"}},
               {.name = "observers", .values = Texts{"people", "monkeys"}},
               {.name = "i2n_observers", .values = Texts{"pool"}},
               {.name = "kappa_error", .values = Numbers{0.01, 0.02, 0.03, 0.04}, .extents = {2, 2}}};
  add_estimates("accuracy", {0.95, 0.94}, {2}, all);
  add_estimates("accuracy_difference", {-0.01}, {1}, all);
  add_estimates("kappa_between_networks", {0.8}, {1}, all);
  add_estimates("i2n_between_networks", {0.9}, {1}, all);
  add_estimates("kappa", {0.2, 0.25, 0.1, 0.15}, {2, 2}, all);
  add_estimates("kappa_difference", {0.05, 0.05}, {2}, all);
  add_estimates("kappa_between_observers", {0.45, 0.5}, {2}, all);
  add_estimates("i2n_consistency", {0.4, 0.42}, {1, 2}, all);
  add_estimates("i2n_consistency_over_sqrt_reliability", {0.5, 0.525}, {1, 2}, all);
  add_estimates("i2n_consistency_difference", {0.02}, {1}, all);
  add_estimates("i2n_reliability", {0.64}, {1}, all);
  for (const auto& [name, count] : {std::pair<std::string, std::size_t>{"people", 5}, {"monkeys", many}}) {
    Numbers accuracy, kappa;
    for (std::size_t k = 0; k < count; ++k) {
      accuracy.push_back(0.7 + 0.2 * static_cast<double>(k) / static_cast<double>(count));
    }
    for (std::size_t k = 0; k < 2 * count; ++k) {
      kappa.push_back(0.1 + 0.3 * static_cast<double>(k % 7) / 7.0);
    }
    all.push_back({.name = "accuracy." + name, .values = accuracy});
    all.push_back({.name = "kappa." + name, .values = kappa, .extents = {2, count}});
    all.push_back({.name = "trials." + name, .values = Numbers(2 * count, 20.0), .extents = {2, count}});
  }
  return all;
}

inline Datasets spoil(Datasets datasets, Spoilt how) {
  Datasets kept;
  for (std::size_t k = 0; k < datasets.size(); ++k) {
    experiments::ResultDataset& dataset = datasets[k];
    auto* numbers = std::get_if<Numbers>(&dataset.values);
    if (numbers && how == Spoilt::missing && k % 2 == 0) {
      continue;
    }
    if (numbers && how == Spoilt::nan) {
      numbers->assign(numbers->size(), kNaN);
    }
    if (numbers && how == Spoilt::extents) {
      numbers->push_back(1.0);
      dataset.extents = {numbers->size()};
    }
    kept.push_back(std::move(dataset));
  }
  return kept;
}

/// /variance, /fusion, /fusion_2 (few times, with a control), /predictivity and /behaviour.
inline void write_sample_analyses(const Texts& layers, Spoilt how, experiments::ResultsFile& file) {
  Texts models = layers, codes(layers.size(), "float");
  models.insert(models.end(), layers.begin(), layers.end());
  codes.insert(codes.end(), layers.size(), "count");
  file.write_group("variance", spoil(sample_variance(layers), how));
  file.write_group("fusion", spoil(sample_fusion(models, codes, 101), how));
  Datasets second = sample_fusion({"animacy"}, {"model"}, 21);
  second.push_back({.name = "control", .values = Texts{"pixels"}});
  file.write_group("fusion_2", spoil(std::move(second), how));
  file.write_group("predictivity", spoil(sample_predictivity(layers), how));
  file.write_group("behaviour", spoil(sample_behaviour(500), how));
}

/// summary.json as these analyses and two of codes leave it.
inline const char* sample_analyses_summary() {
  return R"({"macs_per_image": 2000000, "seconds": {"simulate": 1.5},
    "predictivity": {"method": "pls 25", "splits": "10 splits", "projection": "none"},
    "codes": [{"settings": "code=rate steps=8", "steps": 8, "time": "steps", "accuracy": 0.9},
              {"settings": "code=ttfs", "steps": 4, "time": "windows", "steps_needed": "four"}, 7],
    "codes_2": [{"settings": "code=rate steps=64", "steps": 64, "time": "steps", "accuracy": 0.95}],
    "codes_3": "none"})";
}

}  // namespace homolog::test
