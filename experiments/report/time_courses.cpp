#include "experiments/report/time_courses.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/page_text.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;
using Values = std::span<const double>;

constexpr std::size_t kMostTimes = 1000;       // of a course or of one side of a matrix
constexpr std::size_t kMostSeries = 2000;      // over all panels
constexpr std::size_t kMatrixBytes = 700'000;  // over all matrices, before base64

/// Datasets of one group by name.
class Group {
 public:
  explicit Group(std::vector<ResultDataset> datasets) : datasets_(std::move(datasets)) {}

  [[nodiscard]] const std::vector<ResultDataset>& all() const { return datasets_; }
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const {
    const ResultDataset* found = find(name);
    const auto* values = found ? std::get_if<std::vector<std::string>>(&found->values) : nullptr;
    return values ? *values : std::vector<std::string>{};
  }
  /// Empty unless it has these extents.
  [[nodiscard]] Values numbers(const std::string& name, const std::vector<std::size_t>& extents) const {
    const ResultDataset* found = find(name);
    const auto* values = found ? std::get_if<std::vector<double>>(&found->values) : nullptr;
    return values && found->extents == extents ? Values(*values) : Values();
  }
  /// A vector of any length.
  [[nodiscard]] Values numbers(const std::string& name) const {
    const ResultDataset* found = find(name);
    return found && found->extents.size() == 1 ? numbers(name, found->extents) : Values();
  }
  [[nodiscard]] std::string units(const std::string& name) const {
    const ResultDataset* found = find(name);
    return found ? found->units : std::string();
  }

 private:
  [[nodiscard]] const ResultDataset* find(const std::string& name) const {
    const auto found = std::find_if(datasets_.begin(), datasets_.end(),
                                    [&](const ResultDataset& dataset) { return dataset.name == name; });
    return found == datasets_.end() ? nullptr : &*found;
  }
  std::vector<ResultDataset> datasets_;
};

/// Row `row` of a dataset with `length` numbers in a row; null without dataset.
json row_of(Values values, std::size_t row, std::size_t length) {
  if (values.empty()) {
    return nullptr;
  }
  const Values part = values.subspan(row * length, length);
  return json(std::vector<double>(part.begin(), part.end()));
}

/// Names of the datasets that make courses: <before><column><after>.
struct Naming {
  std::string before{}, after{};
  [[nodiscard]] std::string operator()(const char* column) const { return before + column + after; }
};

/// The panel of one comparison. `place`: number of its first layer among all rows of the datasets, whose
/// extents before the times are `outer`.
json panel(const Group& group, const Naming& named, const std::vector<std::size_t>& outer, std::size_t place,
           const std::vector<std::string>& layers, Values times) {
  std::vector<std::size_t> extents = outer;
  extents.push_back(times.size());
  const auto column = [&](const char* name) { return group.numbers(named(name), extents); };
  const Values values = column("value");
  if (values.empty()) {
    return nullptr;
  }
  const Values peak = group.numbers(named("peak"), outer);
  const Values onset = group.numbers(named("onset"), outer);
  json series = json::array();
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const std::size_t row = place + layer;
    series.push_back({{"name", layers[layer]},
                      {"values", row_of(values, row, times.size())},
                      {"low", row_of(column("ci_low"), row, times.size())},
                      {"high", row_of(column("ci_high"), row, times.size())},
                      {"p_fdr", row_of(column("p_fdr"), row, times.size())},
                      {"peak", peak.empty() ? json(nullptr) : json(peak[row])},
                      {"onset", onset.empty() ? json(nullptr) : json(onset[row])}});
  }
  json ceiling = nullptr;
  const Values low = column("noise_ceiling_low");
  const Values high = column("noise_ceiling_high");
  if (!low.empty() && !high.empty()) {
    ceiling = {{"low", row_of(low, place, times.size())}, {"high", row_of(high, place, times.size())}};
  }
  return {{"times", std::vector<double>(times.begin(), times.end())},
          {"ceiling", std::move(ceiling)},
          {"series", std::move(series)}};
}

/// What all parts of one group share.
struct Courses {
  const Group& group;
  std::vector<std::string> layers{}, compare{};
  Values windows{};
  json& panels;
  std::size_t& series_left;

  void add(json made, std::string title, std::size_t comparison, const char* axis, const std::string& unit) {
    if (made.is_null() || series_left < layers.size()) {
      return;
    }
    series_left -= layers.size();
    made["title"] = std::move(title);
    made["compare"] = compare[comparison];
    made["axis"] = axis;
    made["unit"] = unit;
    panels.push_back(std::move(made));
  }
};

void add_window_courses(Courses& courses) {
  const std::vector<std::string> references = courses.group.texts("course_reference");
  const std::vector<std::string> kinds = courses.group.texts("course_kind");
  const Values at = courses.group.numbers("course_reference_ms");
  const std::size_t comparisons = courses.compare.size();
  const std::size_t layers = courses.layers.size();
  for (std::size_t c = 0; c < references.size(); ++c) {
    std::string title = references[c];
    if (c < kinds.size() && kinds[c] == "time_by_time") {
      title += ", time by time";
    } else if (c < at.size() && std::isfinite(at[c])) {
      std::string ms = json(at[c]).dump();
      title += " at " + (ms.ends_with(".0") ? ms.substr(0, ms.size() - 2) : ms) + " ms";
    }
    for (std::size_t k = 0; k < comparisons; ++k) {
      courses.add(panel(courses.group, {}, {references.size(), comparisons, layers},
                        (c * comparisons + k) * layers, courses.layers, courses.windows),
                  title, k, "window of the network", "ms");
    }
  }
}

/// Names of references with times: of the datasets times_<name>.
std::vector<std::string> timed_references(const Group& group) {
  const std::string prefix = "times_";
  std::vector<std::string> names;
  for (const ResultDataset& dataset : group.all()) {
    if (dataset.name.starts_with(prefix)) {
      names.push_back(dataset.name.substr(prefix.size()));
    }
  }
  return names;
}

void add_whole_courses(Courses& courses) {
  const std::size_t layers = courses.layers.size();
  for (const std::string& name : timed_references(courses.group)) {
    const Values times = courses.group.numbers("times_" + name);
    if (times.empty() || times.size() > kMostTimes) {
      continue;
    }
    for (std::size_t k = 0; k < courses.compare.size(); ++k) {
      courses.add(panel(courses.group, {.before = "whole_", .after = "_" + name},
                        {courses.compare.size(), layers}, k * layers, courses.layers, times),
                  name + ", whole presentation", k, "time of the reference",
                  courses.group.units("times_" + name));
    }
  }
}

/// A matrix as a picture; its values go from `low` to `high`.
json picture(Values values) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  constexpr std::uint8_t kNothing = 255;
  std::vector<std::uint8_t> levels;
  for (const double value : values) {
    const double share = high > low ? (value - low) / (high - low) : 0.5;
    levels.push_back(std::isfinite(value) ? static_cast<std::uint8_t>(std::lround(254.0 * share)) : kNothing);
  }
  return {{"low", low}, {"high", high}, {"levels", base64(levels)}};
}

struct Matrices {
  json& all;
  std::size_t& bytes_left;
  std::size_t& left_out;

  void add(const Courses& courses, const std::string& dataset, const std::string& title, Values columns,
           const char* column_axis, const std::string& unit) const {
    const Values rows = courses.windows;
    const std::size_t layers = courses.layers.size();
    const std::size_t size = rows.size() * columns.size();
    const Values values =
        courses.group.numbers(dataset, {courses.compare.size(), layers, rows.size(), columns.size()});
    for (std::size_t place = 0; size > 0 && place < values.size() / size; ++place) {
      if (bytes_left < size) {
        ++left_out;
        continue;
      }
      bytes_left -= size;
      json made = picture(values.subspan(place * size, size));
      made["title"] = title;
      made["compare"] = courses.compare[place / layers];
      made["layer"] = courses.layers[place % layers];
      made["rows"] = std::vector<double>(rows.begin(), rows.end());
      made["columns"] = std::vector<double>(columns.begin(), columns.end());
      made["row_axis"] = "window of the network";
      made["column_axis"] = column_axis;
      made["unit"] = unit;
      all.push_back(std::move(made));
    }
  }
};

}  // namespace

json time_courses(const ResultsReader& results) {
  json panels = json::array();
  json matrices = json::array();
  std::size_t series_left = kMostSeries;
  std::size_t bytes_left = kMatrixBytes;
  std::size_t left_out = 0;
  for (const std::string& name : results.groups("rsa_time")) {
    const Group group(results.group(name));
    Courses courses{.group = group,
                    .layers = group.texts("layers"),
                    .compare = group.texts("compare"),
                    .windows = group.numbers("ms"),
                    .panels = panels,
                    .series_left = series_left};
    if (courses.layers.empty() || courses.windows.empty() || courses.windows.size() > kMostTimes) {
      continue;
    }
    add_window_courses(courses);
    add_whole_courses(courses);
    const Matrices pictures{.all = matrices, .bytes_left = bytes_left, .left_out = left_out};
    pictures.add(courses, "generalisation", "the layer itself", courses.windows, "window of the network",
                 "ms");
    for (const std::string& reference : timed_references(group)) {
      pictures.add(courses, "generalisation_" + reference, reference, group.numbers("times_" + reference),
                   "time of the reference", group.units("times_" + reference));
    }
  }
  if (panels.empty() && matrices.empty()) {
    return nullptr;
  }
  return {{"panels", std::move(panels)}, {"matrices", std::move(matrices)}, {"left_out", left_out}};
}

}  // namespace homolog::experiments::report
