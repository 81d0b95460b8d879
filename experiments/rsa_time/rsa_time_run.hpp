#pragma once

#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa_time/course.hpp"
#include "experiments/rsa_time/latency.hpp"
#include "experiments/rsa_time/rsa_time_settings.hpp"

namespace homolog::experiments {

/// Every layer of a course is compared with the same thing.
struct CourseLabel {
  /// static: a reference without times; twin: the same layer in another code; at_time: a reference at one of
  /// its times; time_by_time: a reference at the time of each window.
  std::string kind{};
  std::size_t reference = 0;           ///< number in the settings
  std::string name{};                  ///< of the reference
  double reference_ms = kNotComputed;  ///< of at_time
};

/// A course without its draws.
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
  /// [compare][layer]: windows with times, [window, time] row-major; empty if not asked for.
  std::vector<std::vector<std::vector<double>>> generalisation{};
};

struct RsaTimeResult {
  std::vector<std::string> layers{}, compare{};
  std::vector<TimeWindow> windows{};
  std::vector<double> window_ms{};  ///< time_of() each
  std::vector<CourseLabel> courses{};
  std::vector<std::vector<std::vector<FinishedCourse>>> values{};  ///< [course][compare][layer]
  /// [compare][layer]: windows with windows, row-major; empty if not asked for.
  std::vector<std::vector<std::vector<double>>> own{};
  std::vector<TimedReference> timed{};
  std::vector<std::vector<std::int64_t>> undefined{};  ///< [layer][window] patterns without dissimilarity
  /// [layer]: [window, pair], NaN in windows without RDM; empty if not asked for.
  std::vector<std::vector<double>> rdms{};
};

/// The courses that the settings ask for. Throws Error(data) if a reference has no time near one of
/// settings.reference_times or no times in ms where they are needed, Error(config) at `where` if times of
/// references are asked for and none has any.
[[nodiscard]] std::vector<CourseLabel> courses_of(const RsaTimeSettings& settings,
                                                  const std::vector<LoadedRdms>& loaded, const Where& where);

/// Computes everything. `loaded` has one element for each reference, empty unless it comes from a file;
/// `available` is what the run keeps (a twin without its code has no course). The result does not depend on
/// inputs.threads. Throws Error(data), Error(interrupted).
[[nodiscard]] RsaTimeResult compute_rsa_time(const RsaTimeSettings& settings,
                                             const std::vector<LoadedRdms>& loaded,
                                             const std::vector<RepresentationKey>& available,
                                             const std::vector<CourseLabel>& courses,
                                             const AnalysisInputs& inputs);

}  // namespace homolog::experiments
