#pragma once

#include <functional>

namespace homolog::experiments {

/// Called with the share done in [0, 1], from the thread that called us; may throw to stop. May be empty.
using Progress = std::function<void(double)>;

inline void report(const Progress& progress, double share) {
  if (progress) {
    progress(share);
  }
}

/// The progress of a part of the work that lasts from share `from` to share `to` of the whole.
[[nodiscard]] inline Progress part_of(const Progress& whole, double from, double to) {
  if (!whole) {
    return {};
  }
  return [whole, from, to](double share) { whole(from + (to - from) * share); };
}

}  // namespace homolog::experiments
