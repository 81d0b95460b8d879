#include "experiments/rsa_time/reference_times.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace homolog::experiments {

std::vector<double> times_of(const LoadedRdms& loaded, const std::string& file) {
  std::vector<double> times = loaded.times_ms;
  if (times.empty()) {
    for (std::size_t t = 0; t < loaded.times; ++t) {
      times.push_back(static_cast<double>(t));
    }
  }
  for (std::size_t t = 0; t < times.size(); ++t) {
    if (!std::isfinite(times[t]) || (t > 0 && !(times[t - 1] < times[t]))) {
      throw Error(ErrorKind::data,
                  "time " + std::to_string(t) + " is " + std::to_string(times[t]) +
                      " ms; expected finite times, each later than the one before",
                  {.file = file});
    }
  }
  return times;
}

std::optional<std::size_t> nearest_time(std::span<const double> times, double ms) {
  std::size_t nearest = 0;
  double gap = 0.0;
  for (std::size_t t = 1; t < times.size(); ++t) {
    gap = std::max(gap, times[t] - times[t - 1]);
    if (std::abs(times[t] - ms) < std::abs(times[nearest] - ms)) {
      nearest = t;
    }
  }
  return std::abs(times[nearest] - ms) <= 0.5 * gap ? std::optional(nearest) : std::nullopt;
}

std::vector<Rdm> rdms_at(const LoadedRdms& loaded, std::size_t time) {
  std::vector<Rdm> rdms;
  for (std::size_t s = 0; s < loaded.subjects; ++s) {
    rdms.push_back(loaded.rdms.at(s * loaded.times + time));
  }
  return rdms;
}

}  // namespace homolog::experiments
