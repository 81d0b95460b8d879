#include "experiments/report/time_courses.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/course_title.hpp"
#include "experiments/report/group_data.hpp"
#include "experiments/report/page_text.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments::report {
namespace {

using nlohmann::json;
using Values = std::span<const double>;

constexpr std::size_t kMatrixBytes = 700'000;  // over all matrices, before base64

/// Times of an axis, every few of many.
struct Axis {
  Values all{};
  std::size_t stride = 1;

  explicit Axis(Values times)
      : all(times), stride(std::max<std::size_t>(1, (times.size() + kMostTimes - 1) / kMostTimes)) {}
  [[nodiscard]] std::size_t shown() const { return (all.size() + stride - 1) / stride; }
  /// Where row `row` of a dataset with these times has the numbers that are shown.
  [[nodiscard]] Cells cells(std::size_t row) const {
    return {.first = row * all.size(), .count = shown(), .stride = stride};
  }
  [[nodiscard]] std::vector<double> times() const {
    std::vector<double> some;
    for (std::size_t t = 0; t < all.size(); t += stride) {
      some.push_back(all[t]);
    }
    return some;
  }
};

/// Names of the datasets that make courses: <before><column><after>.
struct Naming {
  std::string before{}, after{};
  [[nodiscard]] std::string operator()(const char* column) const { return before + column + after; }
};

/// The panel of one comparison. `place`: number of its first layer among all rows of the datasets, whose
/// extents before the times are `outer`.
json panel(const GroupData& group, const Naming& named, const std::vector<std::size_t>& outer,
           std::size_t place, const std::vector<std::string>& layers, const Axis& axis) {
  std::vector<std::size_t> extents = outer;
  extents.push_back(axis.all.size());
  const auto column = [&](const char* name, std::size_t row) {
    return group.column(named(name), extents, axis.cells(row));
  };
  const Values values = group.numbers(named("value"), extents);
  if (values.empty()) {
    return nullptr;
  }
  const auto latency = [&](const char* name, std::size_t row) {
    const Values times = group.numbers(named(name), outer);
    return times.empty() ? json(nullptr) : json(times[row]);
  };
  json series = json::array();
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const std::size_t row = place + layer;
    const Cells whole{.first = row * axis.all.size(), .count = axis.all.size()};
    const std::size_t highest = group.peak(named("value"), extents, whole);
    series.push_back(
        {{"name", layers[layer]},
         {"values", column("value", row)},
         {"low", column("ci_low", row)},
         {"high", column("ci_high", row)},
         {"p_fdr", column("p_fdr", row)},
         {"highest", highest == whole.count ? json(nullptr) : json(rounded(values[whole.first + highest]))},
         {"peak", latency("peak", row)},
         {"peak_low", latency("peak_ci_low", row)},
         {"peak_high", latency("peak_ci_high", row)},
         {"onset", latency("onset", row)},
         {"onset_low", latency("onset_ci_low", row)},
         {"onset_high", latency("onset_ci_high", row)}});
  }
  json ceiling = {{"low", column("noise_ceiling_low", place)}, {"high", column("noise_ceiling_high", place)}};
  if (ceiling["low"].is_null() || ceiling["high"].is_null()) {
    ceiling = nullptr;
  }
  return {{"times", axis.times()},
          {"all_times", axis.all.size()},
          {"ceiling", std::move(ceiling)},
          {"series", std::move(series)}};
}

/// What all parts of one group share.
struct Courses {
  const GroupData& group;
  std::vector<std::string> layers{}, compare{};
  Axis windows;
  json& panels;
  Budget& room;

  void add(json made, std::string title, std::size_t comparison, const char* axis, const std::string& unit) {
    if (made.is_null() || !room.takes(layers.size() * made["times"].size())) {
      return;
    }
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
    const std::string title =
        course_title(references[c], c < kinds.size() ? kinds[c] : "", c < at.size() ? at[c] : kNaN);
    for (std::size_t k = 0; k < comparisons; ++k) {
      courses.add(panel(courses.group, {}, {references.size(), comparisons, layers},
                        (c * comparisons + k) * layers, courses.layers, courses.windows),
                  title, k, "window of the network", "ms");
    }
  }
}

/// Names of references with times: of the datasets times_<name>.
std::vector<std::string> timed_references(const GroupData& group) {
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
    if (times.empty()) {
      continue;
    }
    for (std::size_t k = 0; k < courses.compare.size(); ++k) {
      courses.add(panel(courses.group, {.before = "whole_", .after = "_" + name},
                        {courses.compare.size(), layers}, k * layers, courses.layers, Axis(times)),
                  course_title(name, "whole", kNaN), k, "time of the reference",
                  courses.group.units("times_" + name));
    }
  }
}

/// Numbers as a picture: 0 ... 254 from `low` to `high`, 255 for what is not finite.
json picture(const std::vector<double>& values) {
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

/// Corrected p values in steps that a page can say: 0 for what is not known, 1 from 0.05 on, 2, 3 and 4 below
/// 0.05, 0.01 and 0.001.
json steps_of(const std::vector<double>& p) {
  std::vector<std::uint8_t> steps;
  for (const double value : p) {
    const int below = (value < 0.05 ? 1 : 0) + (value < 0.01 ? 1 : 0) + (value < 0.001 ? 1 : 0);
    steps.push_back(static_cast<std::uint8_t>(std::isfinite(value) ? 1 + below : 0));
  }
  return base64(steps);
}

bool any_finite(Values values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

struct Matrices {
  json& all;
  Budget& room;

  void add(const Courses& courses, const std::string& dataset, const std::string& title, const Axis& columns,
           const char* column_axis, const std::string& unit) const {
    const Axis& rows = courses.windows;
    const std::size_t layers = courses.layers.size();
    const std::vector<std::size_t> extents{courses.compare.size(), layers, rows.all.size(),
                                           columns.all.size()};
    const Values values = courses.group.numbers(dataset, extents);
    const Values low = courses.group.numbers(dataset + "_ci_low", extents);
    const Values high = courses.group.numbers(dataset + "_ci_high", extents);
    const bool intervals = any_finite(low) && any_finite(high);
    const Values p_fdr = courses.group.numbers(dataset + "_p_fdr", extents);
    const bool tested = any_finite(p_fdr);
    const std::size_t shown = rows.shown() * columns.shown();
    const std::size_t size = rows.all.size() * columns.all.size();
    for (std::size_t place = 0; size > 0 && place < values.size() / size; ++place) {
      if (!room.takes((intervals ? 3 * shown : shown) + (tested ? shown : 0))) {
        continue;
      }
      const auto cells_of = [&](Values whole) {
        std::vector<double> cells;
        for (std::size_t i = 0; i < rows.all.size(); i += rows.stride) {
          for (std::size_t j = 0; j < columns.all.size(); j += columns.stride) {
            cells.push_back(whole[place * size + i * columns.all.size() + j]);
          }
        }
        return cells;
      };
      json made = picture(cells_of(values));
      made["ci_low"] = intervals ? picture(cells_of(low)) : json(nullptr);
      made["ci_high"] = intervals ? picture(cells_of(high)) : json(nullptr);
      made["p_fdr"] = tested ? steps_of(cells_of(p_fdr)) : json(nullptr);
      made["title"] = title;
      made["compare"] = courses.compare[place / layers];
      made["layer"] = courses.layers[place % layers];
      made["rows"] = rows.times();
      made["columns"] = columns.times();
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
  Budget for_panels(kMostCourseValues);
  Budget for_matrices(kMatrixBytes);
  for (const std::string& name : results.groups("rsa_time")) {
    const GroupData group(results.group(name));
    Courses courses{.group = group,
                    .layers = group.texts("layers"),
                    .compare = group.texts("compare"),
                    .windows = Axis(group.numbers("ms")),
                    .panels = panels,
                    .room = for_panels};
    if (courses.layers.empty() || courses.windows.all.empty()) {
      continue;
    }
    add_window_courses(courses);
    add_whole_courses(courses);
    const Matrices pictures{.all = matrices, .room = for_matrices};
    pictures.add(courses, "generalisation", "the layer itself", courses.windows, "window of the network",
                 "ms");
    for (const std::string& reference : timed_references(group)) {
      pictures.add(courses, "generalisation_" + reference, reference,
                   Axis(group.numbers("times_" + reference)), "time of the reference",
                   group.units("times_" + reference));
    }
  }
  if (panels.empty() && matrices.empty()) {
    return nullptr;
  }
  return {{"panels", std::move(panels)},
          {"matrices", std::move(matrices)},
          {"panels_left_out", for_panels.left_out()},
          {"left_out", for_matrices.left_out()}};
}

}  // namespace homolog::experiments::report
