#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "experiments/rsa_time/course.hpp"

namespace homolog::experiments {

/// The place of the largest value, the first of equals. NaN is passed over; nothing if all are NaN.
[[nodiscard]] std::optional<std::size_t> peak_of(std::span<const double> course);

/// The first place whose value is more than `share` times that of the peak. Nothing if the peak is not
/// positive.
[[nodiscard]] std::optional<std::size_t> onset_by_share(std::span<const double> course, double share);

/// The first of `in_a_row` places in a row whose p value is at most `level` after the correction for the
/// false discovery rate over the course (benjamini_hochberg()). NaN breaks a row. Nothing if there is no such
/// row.
[[nodiscard]] std::optional<std::size_t> onset_by_significance(std::span<const double> p, double level,
                                                               std::size_t in_a_row);

/// When a course begins.
struct OnsetRule {
  bool significance = false;  ///< onset_by_significance(); else onset_by_share()
  double share = 0.5;
  double level = 0.05;
  std::size_t in_a_row = 2;
};

/// When something happens, on the time axis of the course. NaN where it does not.
struct Latency {
  double time = kNotComputed;
  double low = kNotComputed, high = kNotComputed;  ///< percentile interval over the draws that have it
  std::size_t undefined_draws = 0;                 ///< draws of the bootstrap that do not have it
  std::vector<double> draws{};                     ///< times in all draws
};

struct CourseLatencies {
  std::optional<std::size_t> peak_point{};
  Latency peak{};
  Latency onset{};
};

/// Peak and onset of a course whose points are at `times`, with intervals from the draws of the whole course.
///
/// In a draw, significance is that of the draw's values with the standard errors of the data, so that there
/// need be no bootstrap within the bootstrap. Without bootstrap there is no onset by significance, and there
/// are no intervals.
[[nodiscard]] CourseLatencies latencies(const Course& course, std::span<const double> times,
                                        const OnsetRule& rule, double level);

/// The interval that leaves out (1 - level) / 2 of the values at either end, with linear interpolation
/// between neighbouring values (the default of NumPy's quantile()). NaN for fewer than two values.
struct PercentileInterval {
  double low = kNotComputed;
  double high = kNotComputed;
};
[[nodiscard]] PercentileInterval percentile_interval(std::vector<double> values, double level);

}  // namespace homolog::experiments
