#include "experiments/rsa_time/time_windows.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostWindows = 500;  // all pairs of them are compared in generalisation matrices

}  // namespace

std::vector<TimeWindow> time_windows(const WindowSettings& settings, std::int64_t steps, const Where& where) {
  if (settings.width > steps) {
    throw Error(ErrorKind::config,
                "windows of " + std::to_string(settings.width) + " steps do not fit a presentation of " +
                    std::to_string(steps) + " steps; expected a width of 1 to " + std::to_string(steps),
                where);
  }
  const std::int64_t count = (steps - settings.width) / settings.step + 1;
  if (count > kMostWindows) {
    throw Error(ErrorKind::config,
                std::to_string(count) + " windows are asked for; expected at most " +
                    std::to_string(kMostWindows) + ": take a larger step between windows",
                where);
  }
  std::vector<TimeWindow> windows;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t shift = k * settings.step;
    windows.push_back({.first = settings.cumulative ? 0 : shift, .last = shift + settings.width});
  }
  return windows;
}

double time_of(const TimeWindow& window, bool cumulative, double step_ms) {
  const auto last = static_cast<double>(window.last);
  return step_ms * (cumulative ? last : 0.5 * (static_cast<double>(window.first) + last));
}

}  // namespace homolog::experiments
