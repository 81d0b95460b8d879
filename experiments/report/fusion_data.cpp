#include "experiments/report/fusion_data.hpp"

#include <string>
#include <utility>
#include <vector>

#include "experiments/report/group_data.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;

/// Row `row` of the courses in a dataset.
json course(const GroupData& group, const std::string& name, const std::vector<std::size_t>& extents,
            std::size_t row, const Cells& shown) {
  const std::size_t times = extents.back();
  Cells cells = shown;
  cells.first = row * times;
  json made = group.estimates(name, extents, cells);
  if (made.is_null()) {
    return nullptr;
  }
  const std::size_t peak = group.peak(name, extents, {.first = row * times, .count = times});
  if (peak == times) {
    made["peak"] = nullptr;
    return made;
  }
  json of_peak = group.estimates(name, extents, {.first = row * times + peak, .count = 1});
  of_peak["time"] = rounded(group.numbers("time")[peak]);
  made["peak"] = std::move(of_peak);
  return made;
}

json entry(const GroupData& group, Budget& values) {
  const std::vector<std::string> references = group.texts("references");
  const std::vector<std::string> layers = group.texts("layers");
  const std::vector<std::string> codes = group.texts("codes");
  const std::size_t times = group.numbers("time").size();
  if (references.size() != 2 || layers.size() != codes.size() || times == 0) {
    return nullptr;
  }
  const std::size_t stride = (times + kMostTimes - 1) / kMostTimes;
  const Cells shown{.count = (times + stride - 1) / stride, .stride = stride};
  json correlation = course(group, "correlation", {times}, 0, shown);
  json models = json::array();
  for (std::size_t m = 0; m < layers.size(); ++m) {
    json commonality = course(group, "commonality", {layers.size(), times}, m, shown);
    if (!commonality.is_null() && values.takes(shown.count)) {
      models.push_back({{"layer", layers[m]}, {"code", codes[m]}, {"commonality", std::move(commonality)}});
    }
  }
  if (correlation.is_null() && models.empty()) {
    return nullptr;
  }
  return {{"first", references[0]},
          {"second", references[1]},
          {"control", group.texts("control")},
          {"times", group.column("time", {times}, shown)},
          {"all_times", times},
          {"unit", group.units("time")},
          {"correlation", std::move(correlation)},
          {"models", std::move(models)}};
}

}  // namespace

json fusion(const ResultsReader& results) {
  json entries = json::array();
  Budget values(kMostCourseValues);
  for (const std::string& name : results.groups("fusion")) {
    json made = entry(GroupData(results.group(name)), values);
    if (!made.is_null()) {
      made["group"] = name;
      entries.push_back(std::move(made));
    }
  }
  if (entries.empty()) {
    return nullptr;
  }
  return {{"entries", std::move(entries)}, {"left_out", values.left_out()}};
}

}  // namespace homolog::experiments::report
