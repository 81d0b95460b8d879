#include "experiments/rsa_time/latency.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "experiments/rsa/inference/corrections.hpp"
#include "experiments/rsa/inference/student_t.hpp"

namespace homolog::experiments {
namespace {

double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// p values of a draw, with the standard errors of the data.
std::vector<double> p_of(std::span<const double> values, const Course& course) {
  std::vector<double> p;
  for (std::size_t k = 0; k < values.size(); ++k) {
    p.push_back(
        student_t_upper_tail(t_statistic(values[k], course.points[k].standard_error, 1.0), course.dof));
  }
  return p;
}

std::optional<std::size_t> onset_of(std::span<const double> values, const Course& course,
                                    const OnsetRule& rule) {
  if (!rule.significance) {
    return onset_by_share(values, rule.share);
  }
  if (course.dof <= 0.0) {
    return std::nullopt;
  }
  return onset_by_significance(p_of(values, course), rule.level, rule.in_a_row);
}

/// The times of one event in the data and in the draws.
class Event {
 public:
  explicit Event(std::span<const double> times) : times_(times) {}

  void in_data(std::optional<std::size_t> point) {
    if (point) {
      latency_.time = times_[*point];
    }
  }
  void in_draw(std::optional<std::size_t> point) {
    latency_.draws.push_back(point ? times_[*point] : kNotComputed);
  }
  [[nodiscard]] Latency latency(double level) && {
    std::vector<double> defined;
    std::copy_if(latency_.draws.begin(), latency_.draws.end(), std::back_inserter(defined),
                 [](double time) { return !std::isnan(time); });
    latency_.undefined_draws = latency_.draws.size() - defined.size();
    const PercentileInterval interval = percentile_interval(std::move(defined), level);
    latency_.low = interval.low;
    latency_.high = interval.high;
    return std::move(latency_);
  }

 private:
  std::span<const double> times_;
  Latency latency_{};
};

}  // namespace

std::optional<std::size_t> peak_of(std::span<const double> course) {
  std::optional<std::size_t> peak;
  for (std::size_t k = 0; k < course.size(); ++k) {
    if (!std::isnan(course[k]) && (!peak || course[k] > course[*peak])) {
      peak = k;
    }
  }
  return peak;
}

std::optional<std::size_t> onset_by_share(std::span<const double> course, double share) {
  const std::optional<std::size_t> peak = peak_of(course);
  if (!peak || !(course[*peak] > 0.0)) {
    return std::nullopt;
  }
  const double criterion = share * course[*peak];
  const auto first = std::find_if(course.begin(), course.end(), [=](double v) { return v > criterion; });
  return static_cast<std::size_t>(first - course.begin());
}

std::optional<std::size_t> onset_by_significance(std::span<const double> p, double level,
                                                 std::size_t in_a_row) {
  const std::vector<double> fdr = benjamini_hochberg(p);
  std::size_t row = 0;
  for (std::size_t k = 0; k < fdr.size(); ++k) {
    row = fdr[k] <= level ? row + 1 : 0;
    if (row == in_a_row) {
      return k + 1 - in_a_row;
    }
  }
  return std::nullopt;
}

CourseLatencies latencies(const Course& course, std::span<const double> times, const OnsetRule& rule,
                          double level) {
  Event peak(times);
  Event onset(times);
  const std::vector<double> values = course.values();
  CourseLatencies result{.peak_point = peak_of(values)};
  peak.in_data(result.peak_point);
  onset.in_data(onset_of(values, course, rule));
  for (std::size_t b = 0; b < course.samples(); ++b) {
    const std::vector<double> drawn = course.of_draw(b);
    peak.in_draw(peak_of(drawn));
    onset.in_draw(onset_of(drawn, course, rule));
  }
  result.peak = std::move(peak).latency(level);
  result.onset = std::move(onset).latency(level);
  return result;
}

PercentileInterval percentile_interval(std::vector<double> values, double level) {
  if (values.size() < 2) {
    return {};
  }
  std::sort(values.begin(), values.end());
  return {.low = quantile(values, 0.5 * (1.0 - level)), .high = quantile(values, 0.5 * (1.0 + level))};
}

}  // namespace homolog::experiments
