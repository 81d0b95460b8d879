#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/reference.hpp"
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

/// Whether a reference is taken to have times.
[[nodiscard]] bool has_times(const LoadedRdms& loaded);

/// The courses that the settings ask for. Throws Error(data) if a reference has no time near one of
/// settings.reference_times or no times in ms where they are needed, Error(config) at `where` if times of
/// references are asked for and none has any.
[[nodiscard]] std::vector<CourseLabel> courses_of(const RsaTimeSettings& settings,
                                                  const std::vector<LoadedRdms>& loaded, const Where& where);

}  // namespace homolog::experiments
