#include "experiments/rsa_time/rsa_time_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;
using Datasets = std::vector<ResultDataset>;
using Attributes = std::vector<std::pair<std::string, std::string>>;
/// [compare][layer].
using Courses = std::vector<std::vector<FinishedCourse>>;
using NumberOf = std::function<double(const FinishedCourse&)>;

struct PointColumn {
  const char* name;
  double CoursePoint::*member;
};
constexpr PointColumn kPointColumns[] = {{"value", &CoursePoint::value},
                                         {"standard_error", &CoursePoint::standard_error},
                                         {"ci_low", &CoursePoint::ci_low},
                                         {"ci_high", &CoursePoint::ci_high},
                                         {"p", &CoursePoint::p},
                                         {"p_fdr", &CoursePoint::p_fdr},
                                         {"p_permutation", &CoursePoint::p_permutation},
                                         {"noise_ceiling_low", &CoursePoint::noise_ceiling_low},
                                         {"noise_ceiling_high", &CoursePoint::noise_ceiling_high}};

struct LatencyColumn {
  const char* name;
  NumberOf number;
};

double at_peak(const FinishedCourse& course, double CoursePoint::*member) {
  const std::optional<std::size_t> peak = course.latencies.peak_point;
  return peak ? course.points[*peak].*member : kNotComputed;
}

const std::vector<LatencyColumn>& latency_columns() {
  using Course = FinishedCourse;
  static const std::vector<LatencyColumn> columns{
      {"peak_value", [](const Course& c) { return at_peak(c, &CoursePoint::value); }},
      {"peak_value_ci_low", [](const Course& c) { return at_peak(c, &CoursePoint::ci_low); }},
      {"peak_value_ci_high", [](const Course& c) { return at_peak(c, &CoursePoint::ci_high); }},
      {"peak", [](const Course& c) { return c.latencies.peak.time; }},
      {"peak_ci_low", [](const Course& c) { return c.latencies.peak.low; }},
      {"peak_ci_high", [](const Course& c) { return c.latencies.peak.high; }},
      {"peak_undefined_draws",
       [](const Course& c) { return static_cast<double>(c.latencies.peak.undefined_draws); }},
      {"onset", [](const Course& c) { return c.latencies.onset.time; }},
      {"onset_ci_low", [](const Course& c) { return c.latencies.onset.low; }},
      {"onset_ci_high", [](const Course& c) { return c.latencies.onset.high; }},
      {"onset_undefined_draws",
       [](const Course& c) { return static_cast<double>(c.latencies.onset.undefined_draws); }}};
  return columns;
}

bool is_time(const std::string& column) {
  return column == "peak" || column == "onset" || column == "peak_ci_low" || column == "peak_ci_high" ||
         column == "onset_ci_low" || column == "onset_ci_high";
}

void append_points(const Courses& courses, double CoursePoint::*member, std::vector<double>& values) {
  for (const std::vector<FinishedCourse>& layers : courses) {
    for (const FinishedCourse& course : layers) {
      for (const CoursePoint& point : course.points) {
        values.push_back(point.*member);
      }
    }
  }
}

void append_numbers(const Courses& courses, const NumberOf& number, std::vector<double>& values) {
  for (const std::vector<FinishedCourse>& layers : courses) {
    std::transform(layers.begin(), layers.end(), std::back_inserter(values), number);
  }
}

/// [compare][layer] matrices one after the other.
std::vector<double> flat(const std::vector<std::vector<std::vector<double>>>& matrices) {
  std::vector<double> values;
  for (const std::vector<std::vector<double>>& layers : matrices) {
    for (const std::vector<double>& matrix : layers) {
      values.insert(values.end(), matrix.begin(), matrix.end());
    }
  }
  return values;
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
  for (const PointColumn& column : kPointColumns) {
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
                   .units = is_time(column.name) ? "ms" : "",
                   .axes = "course,compare,layer"});
  }
}

/// Greatest value of each matrix, the first of equals in row-major order: value, ms of the window, reference
/// time.
std::vector<double> matrix_peaks(const TimedReference& reference, const std::vector<double>& window_ms) {
  std::vector<double> peaks;
  for (const std::vector<std::vector<double>>& layers : reference.generalisation) {
    for (const std::vector<double>& matrix : layers) {
      const std::optional<std::size_t> peak = peak_of(matrix);
      const std::size_t times = reference.times.size();
      peaks.push_back(peak ? matrix[*peak] : kNotComputed);
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
  all.push_back({.name = "times_" + name,
                 .values = reference.times,
                 .units = unit,
                 .axes = "time",
                 .attributes = attributes});
  for (const PointColumn& column : kPointColumns) {
    std::vector<double> values;
    append_points(reference.whole, column.member, values);
    all.push_back({.name = std::string("whole_") + column.name + "_" + name,
                   .values = std::move(values),
                   .extents = {comparisons, layers, times},
                   .axes = "compare,layer,time",
                   .attributes = attributes});
  }
  for (const LatencyColumn& column : latency_columns()) {
    std::vector<double> values;
    append_numbers(reference.whole, column.number, values);
    all.push_back({.name = std::string("whole_") + column.name + "_" + name,
                   .values = std::move(values),
                   .extents = {comparisons, layers},
                   .units = is_time(column.name) ? unit : "",
                   .axes = "compare,layer",
                   .attributes = attributes});
  }
  if (reference.generalisation.empty()) {
    return;
  }
  all.push_back({.name = "generalisation_" + name,
                 .values = flat(reference.generalisation),
                 .extents = {comparisons, layers, result.windows.size(), times},
                 .axes = "compare,layer,window,time",
                 .attributes = attributes});
  all.push_back({.name = "generalisation_peak_" + name,
                 .values = matrix_peaks(reference, result.window_ms),
                 .extents = {comparisons, layers, 3},
                 .axes = "compare,layer,value_window_time",
                 .attributes = attributes});
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const FinishedCourse& course) {
  Json json = Json::object();
  for (const LatencyColumn& column : latency_columns()) {
    const std::string name = is_time(column.name) ? std::string(column.name) + "_ms" : column.name;
    json[name] = number(column.number(course));
  }
  return json;
}

/// Calls use(layer, comparison, course) for all.
template <class Use>
void for_each_course(const RsaTimeResult& result, const Courses& courses, const Use& use) {
  for (std::size_t k = 0; k < courses.size(); ++k) {
    for (std::size_t l = 0; l < courses[k].size(); ++l) {
      use(result.layers[l], result.compare[k], courses[k][l]);
    }
  }
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[160];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string with_interval(const Latency& latency) {
  if (std::isnan(latency.time)) {
    return "-";
  }
  const std::string time = formatted("%.1f", latency.time);
  return std::isnan(latency.low) ? time : time + formatted(" [%.1f, %.1f]", latency.low, latency.high);
}

std::string row_of(const std::string& layer, const std::string& what, const FinishedCourse& course) {
  const double value = at_peak(course, &CoursePoint::value);
  const std::string at = with_interval(course.latencies.peak);
  const std::string onset = with_interval(course.latencies.onset);
  return formatted("  %-24.40s %-32.48s", layer.c_str(), what.c_str()) +
         (std::isnan(value) ? formatted(" %7s", "-") : formatted(" %7.3f", value)) +
         formatted("  %-22s %s\n", at.c_str(), onset.c_str());
}

std::string label_of(const CourseLabel& course) {
  if (course.kind == "at_time") {
    return course.name + formatted(" at %g ms", course.reference_ms);
  }
  return course.kind == "time_by_time" ? course.name + ", time by time" : course.name;
}

}  // namespace

std::vector<ResultDataset> rsa_time_datasets(const RsaTimeResult& result, const RsaTimeSettings& settings) {
  Datasets all;
  add_axes(result, settings, all);
  add_courses(result, all);
  if (!result.own.empty()) {
    const std::size_t windows = result.windows.size();
    all.push_back({.name = "generalisation",
                   .values = flat(result.own),
                   .extents = {result.compare.size(), result.layers.size(), windows, windows},
                   .axes = "compare,layer,window,window"});
  }
  for (const TimedReference& reference : result.timed) {
    add_timed(result, reference, all);
  }
  if (!result.rdms.empty()) {
    const std::size_t pairs = result.rdms.front().size() / result.windows.size();
    all.push_back({.name = "rdm",
                   .values = flat({result.rdms}),
                   .extents = {result.layers.size(), result.windows.size(), pairs},
                   .axes = "layer,window,pair"});
  }
  return all;
}

std::string rsa_time_json(const RsaTimeResult& result) {
  Json courses = Json::array();
  for (std::size_t c = 0; c < result.courses.size(); ++c) {
    const CourseLabel& label = result.courses[c];
    for_each_course(result, result.values[c],
                    [&](const std::string& layer, const std::string& compare, const FinishedCourse& course) {
                      Json json{{"layer", layer},
                                {"reference", label.name},
                                {"kind", label.kind},
                                {"reference_ms", number(label.reference_ms)},
                                {"compare", compare}};
                      json.update(json_of(course));
                      courses.push_back(std::move(json));
                    });
  }
  Json timed = Json::array();
  for (const TimedReference& reference : result.timed) {
    for_each_course(result, reference.whole,
                    [&](const std::string& layer, const std::string& compare, const FinishedCourse& course) {
                      Json json{{"layer", layer},
                                {"reference", reference.name},
                                {"compare", compare},
                                {"times", reference.in_ms ? "ms" : "numbers of RDMs"}};
                      json.update(json_of(course));
                      timed.push_back(std::move(json));
                    });
  }
  return Json{{"windows", result.windows.size()},
              {"network_time", std::move(courses)},
              {"reference_time", std::move(timed)}}
      .dump();
}

std::string rsa_time_text(const RsaTimeResult& result) {
  std::string text;
  const std::string head =
      formatted("  %-24s %-32s %7s  %-22s %s\n", "layer", "reference (comparison)", "value", "peak", "onset");
  if (!result.courses.empty()) {
    text += "RSA in time: windows of the network, ms since stimulus onset\n" + head;
  }
  for (std::size_t c = 0; c < result.courses.size(); ++c) {
    for_each_course(result, result.values[c],
                    [&](const std::string& layer, const std::string& compare, const FinishedCourse& course) {
                      text += row_of(layer, label_of(result.courses[c]) + " (" + compare + ")", course);
                    });
  }
  for (const TimedReference& reference : result.timed) {
    text += "RSA in time: the whole presentation at times of " + reference.name +
            (reference.in_ms ? ", ms\n" : ", number of the RDM\n") + head;
    for_each_course(result, reference.whole,
                    [&](const std::string& layer, const std::string& compare, const FinishedCourse& course) {
                      text += row_of(layer, reference.name + " (" + compare + ")", course);
                    });
  }
  return text;
}

}  // namespace homolog::experiments
