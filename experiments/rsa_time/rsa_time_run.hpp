#pragma once

#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa_time/course.hpp"
#include "experiments/rsa_time/course_labels.hpp"
#include "experiments/rsa_time/generalisation_run.hpp"
#include "experiments/rsa_time/latency.hpp"
#include "experiments/rsa_time/latency_differences.hpp"
#include "experiments/rsa_time/rsa_time_settings.hpp"

namespace homolog::experiments {

/// A course without its draws; those of its latencies are there until differences are made of them.
struct FinishedCourse {
  std::vector<CoursePoint> points{};
  CourseLatencies latencies{};
};

/// What is computed with a reference that has times.
struct TimedReference {
  std::string name{};
  std::vector<double> times{};
  bool in_ms = true;  ///< else times are numbers of RDMs in the file
  /// [compare][layer]: the layer's RDM of the whole presentation at every time of the reference.
  std::vector<std::vector<FinishedCourse>> whole{};
  GeneralisationMatrices generalisation{};  ///< windows with times; empty if not asked for
};

/// Differences between layers of one latency of one course, or of a reference with times.
struct DifferenceSet {
  CourseLabel label{};    ///< kind whole: the whole presentation in the time of the reference
  std::string compare{};  ///< comparison
  std::string latency{};  ///< peak or onset
  bool in_ms = true;      ///< else times are numbers of RDMs in the file
  std::size_t draws = 0;  ///< of the bootstrap
  std::vector<LatencyDifference> pairs{};
};

struct RsaTimeResult {
  std::vector<std::string> layers{}, compare{};
  std::vector<TimeWindow> windows{};
  std::vector<double> window_ms{};  ///< time_of() each
  std::vector<CourseLabel> courses{};
  std::vector<std::vector<std::vector<FinishedCourse>>> values{};  ///< [course][compare][layer]
  GeneralisationMatrices own{};  ///< windows with windows; empty if not asked for
  std::vector<TimedReference> timed{};
  std::vector<DifferenceSet> differences{};            ///< empty without bootstrap, or if not asked for
  std::vector<std::vector<std::int64_t>> undefined{};  ///< [layer][window] patterns without dissimilarity
  /// [layer]: [window, pair], NaN in windows without RDM; empty if not asked for.
  std::vector<std::vector<double>> rdms{};
};

/// Computes everything. `loaded` has one element for each reference, empty unless it comes from a file;
/// `available` is what the run keeps (a twin without its code has no course). The result does not depend on
/// inputs.threads. Throws Error(data), Error(interrupted).
[[nodiscard]] RsaTimeResult compute_rsa_time(const RsaTimeSettings& settings,
                                             const std::vector<LoadedRdms>& loaded,
                                             const std::vector<RepresentationKey>& available,
                                             const std::vector<CourseLabel>& courses,
                                             const AnalysisInputs& inputs);

}  // namespace homolog::experiments
