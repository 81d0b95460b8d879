#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiments/rsa_time/rsa_time_run.hpp"

namespace homolog::experiments {

/// A number of every point of a course, and the name that datasets have of it.
struct PointColumn {
  const char* name;
  double CoursePoint::*member;
};
[[nodiscard]] std::span<const PointColumn> point_columns();

/// A number of a course.
struct LatencyColumn {
  const char* name;
  double (*number)(const FinishedCourse&);
  bool is_time;  ///< on the time axis of the course
};
[[nodiscard]] std::span<const LatencyColumn> latency_columns();

/// A matrix of a generalisation; `suffix` comes after the name of the dataset of values.
struct MatrixColumn {
  const char* suffix;
  std::vector<double> Generalisation::*member;
};
[[nodiscard]] std::span<const MatrixColumn> matrix_columns();

/// The value (or another number) of the point of the course's peak; NaN without peak.
[[nodiscard]] double at_peak(const FinishedCourse& course, double CoursePoint::*member);

/// Names of datasets of the reference NAME: times_NAME, whole_<column>_NAME, generalisation_NAME with the
/// suffixes of matrices, generalisation_peak_NAME.
[[nodiscard]] std::string times_dataset(const std::string& reference);
[[nodiscard]] std::string whole_dataset(const char* column, const std::string& reference);
[[nodiscard]] std::string generalisation_dataset(const std::string& reference);
[[nodiscard]] std::string generalisation_peak_dataset(const std::string& reference);

/// Every reference with times gives its name to datasets of /rsa_time; to those of matrices if there is
/// generalisation. Throws Error(config) at `where` if two
/// of them would have the same name, or one would have a name that /rsa_time uses itself.
void check_dataset_names(const std::vector<std::string>& timed_references, bool generalisation,
                         const Where& where);

}  // namespace homolog::experiments
