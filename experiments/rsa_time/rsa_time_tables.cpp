#include "experiments/rsa_time/rsa_time_tables.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "experiments/rsa_time/rsa_time_columns.hpp"

namespace homolog::experiments {
namespace {

using Datasets = std::vector<ResultDataset>;
using Attributes = std::vector<std::pair<std::string, std::string>>;
/// [compare][layer].
using Courses = std::vector<std::vector<FinishedCourse>>;

void append_points(const Courses& courses, double CoursePoint::*member, std::vector<double>& values) {
  for (const std::vector<FinishedCourse>& layers : courses) {
    for (const FinishedCourse& course : layers) {
      for (const CoursePoint& point : course.points) {
        values.push_back(point.*member);
      }
    }
  }
}

void append_numbers(const Courses& courses, double (*number)(const FinishedCourse&),
                    std::vector<double>& values) {
  for (const std::vector<FinishedCourse>& layers : courses) {
    std::transform(layers.begin(), layers.end(), std::back_inserter(values), number);
  }
}

/// The matrices of a generalisation as datasets `name`, `name`_standard_error, ..., a row for each window.
/// What was not computed for any of them is left out.
void add_matrices(const GeneralisationMatrices& matrices, const std::string& name,
                  const std::vector<std::size_t>& extents, const std::string& axes,
                  const Attributes& attributes, Datasets& all) {
  for (const MatrixColumn& column : matrix_columns()) {
    std::vector<double> values;
    for (const std::vector<Generalisation>& layers : matrices) {
      for (const Generalisation& matrix : layers) {
        const std::vector<double>& cells = matrix.*column.member;
        values.insert(values.end(), cells.begin(), cells.end());
      }
    }
    const bool computed = std::any_of(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
    if (!computed && column.member != &Generalisation::value) {
      continue;
    }
    all.push_back({.name = name + column.suffix,
                   .values = std::move(values),
                   .extents = extents,
                   .axes = axes,
                   .attributes = attributes});
  }
}

void add_axes(const RsaTimeResult& result, const RsaTimeSettings& settings, Datasets& all) {
  std::vector<std::int64_t> first;
  std::vector<std::int64_t> last;
  for (const TimeWindow& window : result.windows) {
    first.push_back(window.first);
    last.push_back(window.last);
  }
  const std::string time = settings.windows.cumulative ? "end of the window" : "centre of the window";
  all.push_back({.name = "layers", .values = result.layers});
  all.push_back({.name = "compare", .values = result.compare});
  all.push_back({.name = "first_step", .values = std::move(first), .axes = "window"});
  all.push_back({.name = "last_step", .values = std::move(last), .axes = "window"});
  all.push_back({.name = "ms",
                 .values = result.window_ms,
                 .units = "ms",
                 .axes = "window",
                 .attributes = {{"meaning", time}, {"dissimilarity", settings.dissimilarity}}});
  std::vector<std::int64_t> undefined;
  for (const std::vector<std::int64_t>& layer : result.undefined) {
    undefined.insert(undefined.end(), layer.begin(), layer.end());
  }
  all.push_back({.name = "undefined_patterns",
                 .values = std::move(undefined),
                 .extents = {result.layers.size(), result.windows.size()},
                 .axes = "layer,window"});
}

void add_courses(const RsaTimeResult& result, Datasets& all) {
  const std::size_t count = result.courses.size();
  if (count == 0) {
    return;
  }
  std::vector<std::string> names;
  std::vector<std::string> kinds;
  std::vector<double> times;
  for (const CourseLabel& course : result.courses) {
    names.push_back(course.name);
    kinds.push_back(course.kind);
    times.push_back(course.reference_ms);
  }
  all.push_back({.name = "course_reference", .values = std::move(names)});
  all.push_back({.name = "course_kind", .values = std::move(kinds)});
  all.push_back({.name = "course_reference_ms", .values = std::move(times), .units = "ms", .axes = "course"});
  const std::size_t comparisons = result.compare.size();
  const std::size_t layers = result.layers.size();
  for (const PointColumn& column : point_columns()) {
    std::vector<double> values;
    for (const Courses& courses : result.values) {
      append_points(courses, column.member, values);
    }
    all.push_back({.name = column.name,
                   .values = std::move(values),
                   .extents = {count, comparisons, layers, result.windows.size()},
                   .axes = "course,compare,layer,window"});
  }
  for (const LatencyColumn& column : latency_columns()) {
    std::vector<double> values;
    for (const Courses& courses : result.values) {
      append_numbers(courses, column.number, values);
    }
    all.push_back({.name = column.name,
                   .values = std::move(values),
                   .extents = {count, comparisons, layers},
                   .units = column.is_time ? "ms" : "",
                   .axes = "course,compare,layer"});
  }
}

/// Greatest value of each matrix, the first of equals in row-major order: value, ms of the window, reference
/// time.
std::vector<double> matrix_peaks(const TimedReference& reference, const std::vector<double>& window_ms) {
  std::vector<double> peaks;
  for (const std::vector<Generalisation>& layers : reference.generalisation) {
    for (const Generalisation& matrix : layers) {
      const std::optional<std::size_t> peak = peak_of(matrix.value);
      const std::size_t times = reference.times.size();
      peaks.push_back(peak ? matrix.value[*peak] : kNotComputed);
      peaks.push_back(peak ? window_ms[*peak / times] : kNotComputed);
      peaks.push_back(peak ? reference.times[*peak % times] : kNotComputed);
    }
  }
  return peaks;
}

void add_timed(const RsaTimeResult& result, const TimedReference& reference, Datasets& all) {
  const std::string& name = reference.name;
  const std::string unit = reference.in_ms ? "ms" : "";
  const Attributes attributes{{"reference", name}};
  const std::size_t comparisons = result.compare.size();
  const std::size_t layers = result.layers.size();
  const std::size_t times = reference.times.size();
  all.push_back({.name = times_dataset(name),
                 .values = reference.times,
                 .units = unit,
                 .axes = "time",
                 .attributes = attributes});
  for (const PointColumn& column : point_columns()) {
    std::vector<double> values;
    append_points(reference.whole, column.member, values);
    all.push_back({.name = whole_dataset(column.name, name),
                   .values = std::move(values),
                   .extents = {comparisons, layers, times},
                   .axes = "compare,layer,time",
                   .attributes = attributes});
  }
  for (const LatencyColumn& column : latency_columns()) {
    std::vector<double> values;
    append_numbers(reference.whole, column.number, values);
    all.push_back({.name = whole_dataset(column.name, name),
                   .values = std::move(values),
                   .extents = {comparisons, layers},
                   .units = column.is_time ? unit : "",
                   .axes = "compare,layer",
                   .attributes = attributes});
  }
  if (reference.generalisation.empty()) {
    return;
  }
  add_matrices(reference.generalisation, generalisation_dataset(name),
               {comparisons, layers, result.windows.size(), times}, "compare,layer,window,time", attributes,
               all);
  all.push_back({.name = generalisation_peak_dataset(name),
                 .values = matrix_peaks(reference, result.window_ms),
                 .extents = {comparisons, layers, 3},
                 .axes = "compare,layer,value_window_time",
                 .attributes = attributes});
}

}  // namespace

std::vector<ResultDataset> rsa_time_datasets(const RsaTimeResult& result, const RsaTimeSettings& settings) {
  Datasets all;
  add_axes(result, settings, all);
  add_courses(result, all);
  if (!result.own.empty()) {
    const std::size_t windows = result.windows.size();
    add_matrices(result.own, "generalisation",
                 {result.compare.size(), result.layers.size(), windows, windows},
                 "compare,layer,window,window", {}, all);
  }
  for (const TimedReference& reference : result.timed) {
    add_timed(result, reference, all);
  }
  if (!result.rdms.empty()) {
    const std::size_t pairs = result.rdms.front().size() / result.windows.size();
    std::vector<double> values;
    for (const std::vector<double>& layer : result.rdms) {
      values.insert(values.end(), layer.begin(), layer.end());
    }
    all.push_back({.name = "rdm",
                   .values = std::move(values),
                   .extents = {result.layers.size(), result.windows.size(), pairs},
                   .axes = "layer,window,pair"});
  }
  return all;
}

}  // namespace homolog::experiments
