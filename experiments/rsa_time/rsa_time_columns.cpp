#include "experiments/rsa_time/rsa_time_columns.hpp"

#include <map>
#include <optional>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr PointColumn kPointColumns[] = {{"value", &CoursePoint::value},
                                         {"standard_error", &CoursePoint::standard_error},
                                         {"ci_low", &CoursePoint::ci_low},
                                         {"ci_high", &CoursePoint::ci_high},
                                         {"p", &CoursePoint::p},
                                         {"p_fdr", &CoursePoint::p_fdr},
                                         {"p_permutation", &CoursePoint::p_permutation},
                                         {"noise_ceiling_low", &CoursePoint::noise_ceiling_low},
                                         {"noise_ceiling_high", &CoursePoint::noise_ceiling_high}};

constexpr MatrixColumn kMatrixColumns[] = {
    {"", &Generalisation::value},         {"_standard_error", &Generalisation::standard_error},
    {"_ci_low", &Generalisation::ci_low}, {"_ci_high", &Generalisation::ci_high},
    {"_p", &Generalisation::p},           {"_p_fdr", &Generalisation::p_fdr}};

std::vector<std::string> datasets_of(const std::string& reference, bool generalisation) {
  std::vector<std::string> names{times_dataset(reference)};
  for (const PointColumn& column : kPointColumns) {
    names.push_back(whole_dataset(column.name, reference));
  }
  for (const LatencyColumn& column : latency_columns()) {
    names.push_back(whole_dataset(column.name, reference));
  }
  if (generalisation) {
    names.push_back(generalisation_peak_dataset(reference));
    for (const MatrixColumn& column : kMatrixColumns) {
      names.push_back(generalisation_dataset(reference) + column.suffix);
    }
  }
  return names;
}

}  // namespace

std::span<const PointColumn> point_columns() {
  return kPointColumns;
}

std::span<const LatencyColumn> latency_columns() {
  static constexpr LatencyColumn columns[] = {
      {"peak_value", [](const FinishedCourse& c) { return at_peak(c, &CoursePoint::value); }, false},
      {"peak_value_ci_low", [](const FinishedCourse& c) { return at_peak(c, &CoursePoint::ci_low); }, false},
      {"peak_value_ci_high", [](const FinishedCourse& c) { return at_peak(c, &CoursePoint::ci_high); },
       false},
      {"peak", [](const FinishedCourse& c) { return c.latencies.peak.time; }, true},
      {"peak_ci_low", [](const FinishedCourse& c) { return c.latencies.peak.low; }, true},
      {"peak_ci_high", [](const FinishedCourse& c) { return c.latencies.peak.high; }, true},
      {"peak_undefined_draws",
       [](const FinishedCourse& c) { return static_cast<double>(c.latencies.peak.undefined_draws); }, false},
      {"onset", [](const FinishedCourse& c) { return c.latencies.onset.time; }, true},
      {"onset_ci_low", [](const FinishedCourse& c) { return c.latencies.onset.low; }, true},
      {"onset_ci_high", [](const FinishedCourse& c) { return c.latencies.onset.high; }, true},
      {"onset_undefined_draws",
       [](const FinishedCourse& c) { return static_cast<double>(c.latencies.onset.undefined_draws); },
       false}};
  return columns;
}

std::span<const MatrixColumn> matrix_columns() {
  return kMatrixColumns;
}

double at_peak(const FinishedCourse& course, double CoursePoint::*member) {
  const std::optional<std::size_t> peak = course.latencies.peak_point;
  return peak ? course.points[*peak].*member : kNotComputed;
}

std::string times_dataset(const std::string& reference) {
  return "times_" + reference;
}

std::string whole_dataset(const char* column, const std::string& reference) {
  return std::string("whole_") + column + "_" + reference;
}

std::string generalisation_dataset(const std::string& reference) {
  return "generalisation_" + reference;
}

std::string generalisation_peak_dataset(const std::string& reference) {
  return "generalisation_peak_" + reference;
}

void check_dataset_names(const std::vector<std::string>& timed_references, bool generalisation,
                         const Where& where) {
  std::map<std::string, std::string> owners;  // of a dataset: a reference, or "" for /rsa_time itself
  for (const MatrixColumn& column : kMatrixColumns) {
    owners[std::string("generalisation") + column.suffix] = "";
  }
  for (const std::string& reference : timed_references) {
    for (const std::string& dataset : datasets_of(reference, generalisation)) {
      const auto [owner, is_new] = owners.emplace(dataset, reference);
      if (!is_new) {
        const std::string& other = owner->second;
        throw Error(ErrorKind::config,
                    "the reference '" + reference + "' would have the dataset " + dataset + ", which " +
                        (other.empty() ? "/rsa_time has for itself" : "'" + other + "' has already") +
                        "; expected another name (name:)",
                    where);
      }
    }
  }
}

}  // namespace homolog::experiments
