#pragma once

#include <string>

#include "experiments/config/experiment.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/run/preparation.hpp"

namespace homolog::experiments {

/// Steps of a presentation to `twin`; windows in a run in windows.
[[nodiscard]] std::int64_t steps_of(const Experiment& experiment, const conversion::Twin& twin);

/// Length of a step, or window, on the time axis.
[[nodiscard]] double step_ms_of(const Experiment& experiment);

/// What the results file says about a run before it has shown anything. `command_line`: as typed; may be
/// empty.
[[nodiscard]] RunHeader run_header(const Experiment& experiment, const Preparation& prepared,
                                   const conversion::Twin& twin, int threads,
                                   const std::string& command_line);

}  // namespace homolog::experiments
