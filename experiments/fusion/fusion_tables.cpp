#include "experiments/fusion/fusion_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "experiments/analysis/estimate_datasets.hpp"
#include "experiments/analysis/table_cells.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;

/// The first of the times with the greatest value; none if all are NaN.
std::optional<std::size_t> peak_of(const TimeCourse& course) {
  std::optional<std::size_t> peak;
  for (std::size_t t = 0; t < course.estimates.size(); ++t) {
    const double value = course.estimates[t].value;
    if (!std::isnan(value) && (!peak || value > course.estimates[*peak].value)) {
      peak = t;
    }
  }
  return peak;
}

void add_courses(const std::string& name, std::span<const TimeCourse> courses,
                 const std::vector<std::size_t>& extents, const std::string& axes,
                 std::vector<ResultDataset>& datasets) {
  std::vector<Estimate> estimates;
  std::vector<double> p;
  std::vector<double> p_fdr;
  for (const TimeCourse& course : courses) {
    estimates.insert(estimates.end(), course.estimates.begin(), course.estimates.end());
    p.insert(p.end(), course.p.begin(), course.p.end());
    p_fdr.insert(p_fdr.end(), course.p_fdr.begin(), course.p_fdr.end());
  }
  std::vector<ResultDataset> four = estimate_datasets(name, estimates, extents, axes);
  std::move(four.begin(), four.end(), std::back_inserter(datasets));
  datasets.push_back({.name = name + "_p", .values = std::move(p), .extents = extents, .axes = axes});
  datasets.push_back({.name = name + "_p_fdr", .values = std::move(p_fdr), .extents = extents, .axes = axes});
}

Json peak_json(const FusionTable& table, const TimeCourse& course) {
  const auto peak = peak_of(course);
  if (!peak) {
    return nullptr;
  }
  Json json{{"time", table.times[*peak]}};
  json.update(json_of(course.estimates[*peak]));
  json["p"] = json_number(course.p[*peak]);
  json["p_fdr"] = json_number(course.p_fdr[*peak]);
  return json;
}

std::vector<std::string> peak_cells(const FusionTable& table, const TimeCourse& course) {
  const auto peak = peak_of(course);
  if (!peak) {
    return {"n/a", "n/a", "n/a"};
  }
  std::array<char, 48> time{};
  std::snprintf(time.data(), time.size(), table.in_ms ? "%g ms" : "%g", table.times[*peak]);
  return {cell_of(course.estimates[*peak]), time.data(), cell_of(course.p_fdr[*peak])};
}

}  // namespace

std::vector<ResultDataset> fusion_datasets(const FusionTable& table) {
  std::vector<ResultDataset> datasets{
      {.name = "time", .values = table.times, .units = table.in_ms ? "ms" : "", .axes = "time"},
      {.name = "layers", .values = table.layers},
      {.name = "codes", .values = table.codes},
      {.name = "references",
       .values = std::vector<std::string>{table.first, table.second},
       .attributes = {{"dissimilarities", table.ranks ? "ranks" : "values"}}}};
  if (!table.controls.empty()) {
    datasets.push_back({.name = "control", .values = table.controls});
  }
  const std::size_t times = table.times.size();
  add_courses("correlation", std::span(&table.result.correlation, 1), {times}, "time", datasets);
  add_courses("commonality", table.result.commonality, {table.layers.size(), times}, "model,time", datasets);
  return datasets;
}

std::string fusion_json(const FusionTable& table) {
  Json models = Json::array();
  for (std::size_t m = 0; m < table.layers.size(); ++m) {
    models.push_back({{"layer", table.layers[m]},
                      {"code", table.codes[m]},
                      {"peak_commonality", peak_json(table, table.result.commonality[m])}});
  }
  return Json{{"first", table.first},
              {"second", table.second},
              {"control", table.controls},
              {"dissimilarities", table.ranks ? "ranks" : "values"},
              {"times", table.times.size()},
              {"time_unit", table.in_ms ? Json("ms") : Json(nullptr)},
              {"peak_correlation", peak_json(table, table.result.correlation)},
              {"models", std::move(models)}}
      .dump();
}

std::string fusion_text(const FusionTable& table) {
  std::vector<std::vector<std::string>> rows{{"layer", "code", "peak", "at", "p (FDR)"}};
  const auto add = [&](const std::string& layer, const std::string& code, const TimeCourse& course) {
    const std::vector<std::string> cells = peak_cells(table, course);
    rows.push_back({layer, code, cells[0], cells[1], cells[2]});
  };
  add("(correlation)", "", table.result.correlation);
  for (std::size_t m = 0; m < table.layers.size(); ++m) {
    add(table.layers[m], table.codes[m], table.result.commonality[m]);
  }
  return "\nfusion of " + table.first + " with " + table.second +
         ": greatest correlation, and greatest commonality with each model\n" + table_of(rows, 2);
}

}  // namespace homolog::experiments
