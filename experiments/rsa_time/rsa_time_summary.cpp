#include "experiments/rsa_time/rsa_time_summary.hpp"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "experiments/rsa_time/difference_tables.hpp"
#include "experiments/rsa_time/rsa_time_columns.hpp"

namespace homolog::experiments {
namespace {

using Json = nlohmann::ordered_json;
/// [compare][layer].
using Courses = std::vector<std::vector<FinishedCourse>>;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const FinishedCourse& course) {
  Json json = Json::object();
  for (const LatencyColumn& column : latency_columns()) {
    const std::string name = column.is_time ? std::string(column.name) + "_ms" : column.name;
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
  char text[200];
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
  return course.name + (course.kind == "time_by_time" ? ", time by time"
                        : course.kind == "whole"      ? ", whole presentation"
                                                      : "");
}

/// How many pairs of layers differ in a latency, and by how much the first and the last do.
Json json_of(const DifferenceSet& set, const std::vector<std::string>& layers) {
  const LatencyDifference& ends = first_and_last(set);
  const std::string unit = set.in_ms ? "_ms" : "";
  return Json{{"reference", set.label.name},
              {"kind", set.label.kind},
              {"reference_ms", number(set.label.reference_ms)},
              {"compare", set.compare},
              {"latency", set.latency},
              {"pairs", set.pairs.size()},
              {"different", count_different(set)},
              {"at_smallest_p", count_at_smallest_p(set)},
              {"layer_a", layers[ends.a]},
              {"layer_b", layers[ends.b]},
              {"difference" + unit, number(ends.difference)},
              {"difference_ci_low" + unit, number(ends.ci_low)},
              {"difference_ci_high" + unit, number(ends.ci_high)},
              {"p_fdr", number(ends.p_fdr)}};
}

std::string row_of(const DifferenceSet& set) {
  const std::size_t different = count_different(set);
  const std::size_t limited = count_at_smallest_p(set);
  const std::string row =
      formatted("  %-57.90s %-6s %zu of %zu pairs", (label_of(set.label) + " (" + set.compare + ")").c_str(),
                set.latency.c_str(), different, set.pairs.size());
  return row + (limited > different
                    ? formatted("; %zu have the smallest p that %zu draws allow\n", limited, set.draws)
                    : "\n");
}

}  // namespace

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
  Json differences = Json::array();
  for (const DifferenceSet& set : result.differences) {
    differences.push_back(json_of(set, result.layers));
  }
  return Json{{"windows", result.windows.size()},
              {"network_time", std::move(courses)},
              {"reference_time", std::move(timed)},
              {"latency_differences", std::move(differences)}}
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
  if (!result.differences.empty()) {
    text += formatted("RSA in time: layers that differ in a latency, at a false discovery rate of %g\n",
                      kDifferenceLevel);
  }
  for (const DifferenceSet& set : result.differences) {
    text += row_of(set);
  }
  return text;
}

}  // namespace homolog::experiments
