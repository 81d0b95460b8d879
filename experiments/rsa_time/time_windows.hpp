#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace homolog::experiments {

/// Steps first <= step < last of a presentation.
struct TimeWindow {
  std::int64_t first = 0;
  std::int64_t last = 0;
  friend auto operator<=>(const TimeWindow&, const TimeWindow&) = default;
};

/// `windows:` of the analysis, in steps.
struct WindowSettings {
  std::int64_t width = 8;
  std::int64_t step = 4;    ///< from one window to the next
  bool cumulative = false;  ///< every window begins with the presentation
};

/// Windows [0, width), [step, step + width), ..., or if cumulative [0, width), [0, width + step), ...: as
/// many as end within `steps`. Throws Error(config) at `where` if the width is more than the steps, or if
/// there would be more than 500 windows.
[[nodiscard]] std::vector<TimeWindow> time_windows(const WindowSettings& settings, std::int64_t steps,
                                                   const Where& where);

/// The time of a window on the axis of time courses, in ms since the onset of the stimulus: its centre, or if
/// cumulative its end (before which its spikes are not known).
[[nodiscard]] double time_of(const TimeWindow& window, bool cumulative, double step_ms);

}  // namespace homolog::experiments
