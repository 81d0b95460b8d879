#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "experiments/rsa/evaluate.hpp"

namespace homolog::experiments {

/// One time of a time course. NaN where the value is not defined or not asked for.
struct CoursePoint {
  double value = kNotComputed;  ///< of the comparison, mean over subjects
  double standard_error = kNotComputed, ci_low = kNotComputed, ci_high = kNotComputed;
  double p = kNotComputed;              ///< value > 0, one-sided
  double p_fdr = kNotComputed;          ///< corrected over the times of the course
  double p_permutation = kNotComputed;  ///< of stimulus labels
  double noise_ceiling_low = kNotComputed, noise_ceiling_high = kNotComputed;
};

/// A comparison as a function of time: of windows of the network, or of the reference's time.
struct Course {
  std::vector<CoursePoint> points{};
  /// Values in the draws of one bootstrap over the whole course, [point][sample]: sample b has the same
  /// stimuli and subjects at all points. Empty at points without value or bootstrap.
  std::vector<std::vector<double>> draws{};
  double dof = 0.0;  ///< degrees of freedom of the t tests; 0 without bootstrap

  explicit Course(std::size_t times = 0) : points(times), draws(times) {}
  /// Takes row `row` of an evaluation as the point at time `time`.
  void set(std::size_t time, const Evaluation& evaluation, std::size_t row);
  /// Fills p_fdr.
  void correct();
  [[nodiscard]] std::vector<double> values() const;
  /// Values of one draw; NaN where there is none.
  [[nodiscard]] std::vector<double> of_draw(std::size_t sample) const;
  /// Number of draws.
  [[nodiscard]] std::size_t samples() const;
};

}  // namespace homolog::experiments
