#include "experiments/rsa_time/latency.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "experiments/rsa_time/reference_times.hpp"
#include "experiments/rsa_time/time_windows.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments::latency_test {
namespace {

using Values = std::vector<double>;

TEST(TimeWindows, SlideAsFarAsTheyFit) {
  EXPECT_EQ(time_windows({.width = 4, .step = 3}, 11, {}),
            (std::vector<TimeWindow>{{0, 4}, {3, 7}, {6, 10}}));
  EXPECT_EQ(time_windows({.width = 4, .step = 3, .cumulative = true}, 11, {}),
            (std::vector<TimeWindow>{{0, 4}, {0, 7}, {0, 10}}));
  EXPECT_EQ(time_windows({.width = 11, .step = 1}, 11, {}), (std::vector<TimeWindow>{{0, 11}}));
}

TEST(TimeWindows, AreRefusedIfTheyDoNotFitOrAreTooMany) {
  EXPECT_THROW(static_cast<void>(time_windows({.width = 12, .step = 1}, 11, {})), Error);
  EXPECT_THROW(static_cast<void>(time_windows({.width = 1, .step = 1}, 501, {})), Error);
}

TEST(TimeWindows, HaveTheTimeOfTheirCentreOrEnd) {
  EXPECT_DOUBLE_EQ(time_of({4, 8}, false, 0.5), 3.0);
  EXPECT_DOUBLE_EQ(time_of({0, 8}, true, 0.5), 4.0);
}

TEST(Peak, IsTheFirstOfTheLargest) {
  EXPECT_EQ(peak_of(Values{0.1, 0.7, 0.7, 0.2}), 1U);
  EXPECT_EQ(peak_of(Values{kNaN, -0.5, kNaN, -0.2}), 3U);
  EXPECT_EQ(peak_of(Values{kNaN, kNaN}), std::nullopt);
  EXPECT_EQ(peak_of(Values{}), std::nullopt);
}

TEST(OnsetByShare, IsTheFirstValueBeyondAShareOfThePeak) {
  EXPECT_EQ(onset_by_share(Values{0.0, 0.25, 0.5, 0.75, 1.0, 0.8}, 0.5), 3U);  // 0.5 is not beyond
  EXPECT_EQ(onset_by_share(Values{kNaN, 0.9, 1.0}, 0.5), 1U);
  EXPECT_EQ(onset_by_share(Values{0.3, 0.3}, 0.5), 0U);
  EXPECT_EQ(onset_by_share(Values{-1.0, 0.0}, 0.5), std::nullopt);
  EXPECT_EQ(onset_by_share(Values{kNaN}, 0.5), std::nullopt);
}

// Benjamini & Hochberg by hand: of 5 tests, 0.01 becomes 5/1 0.01 = 0.05 -> min with 5/3 0.02 = 0.0333.
TEST(OnsetBySignificance, WantsSeveralInARowAfterTheCorrection) {
  const Values p{0.01, 0.5, 0.02, 0.015, 0.9};
  EXPECT_EQ(onset_by_significance(p, 0.04, 1), 0U);
  EXPECT_EQ(onset_by_significance(p, 0.04, 2), 2U);
  EXPECT_EQ(onset_by_significance(p, 0.03, 1), std::nullopt);  // though three p are smaller
  EXPECT_EQ(onset_by_significance(p, 0.04, 3), std::nullopt);
  EXPECT_EQ(onset_by_significance(Values{0.01, kNaN, 0.01}, 0.05, 2), std::nullopt);
}

TEST(PercentileInterval, InterpolatesAsNumPyDoes) {
  // np.quantile([1, 2, 3, 4], [0.025, 0.975]): 1 + 3 q
  const PercentileInterval interval = percentile_interval({4.0, 2.0, 1.0, 3.0}, 0.95);
  EXPECT_NEAR(interval.low, 1.075, 1e-12);  // rounding
  EXPECT_NEAR(interval.high, 3.925, 1e-12);
  EXPECT_TRUE(std::isnan(percentile_interval({1.0}, 0.95).low));
}

/// Three times, five draws: the peak is at 10, 20, 20, 30 ms and nowhere.
Course drawn_course() {
  Course course(3);
  const Values values{0.2, 1.0, 0.6};
  for (std::size_t k = 0; k < 3; ++k) {
    course.points[k].value = values[k];
    course.points[k].standard_error = 0.1;
  }
  course.draws = {{1.0, 0.4, 0.6, 0.1, kNaN}, {0.2, 1.0, 1.0, 0.2, kNaN}, {0.1, 0.1, 0.1, 1.0, kNaN}};
  course.dof = 1e6;  // practically normal
  return course;
}

TEST(Latencies, AreThoseOfTheDrawsOfTheWholeCourse) {
  const Values times{10.0, 20.0, 30.0};
  const CourseLatencies found = latencies(drawn_course(), times, {.share = 0.5}, 0.5);
  EXPECT_EQ(found.peak_point, 1U);
  EXPECT_EQ(found.peak.time, 20.0);
  EXPECT_EQ(found.peak.undefined_draws, 1U);
  EXPECT_DOUBLE_EQ(found.peak.low, 17.5);   // a quarter of the way through 10, 20, 20, 30
  EXPECT_DOUBLE_EQ(found.peak.high, 22.5);  // three quarters
  EXPECT_EQ(found.onset.time, 20.0);        // 0.2 is not beyond 0.5
  EXPECT_EQ(found.onset.undefined_draws, 1U);
  EXPECT_DOUBLE_EQ(found.onset.low, 10.0);  // onsets 10, 20, 10, 30: sorted 10, 10, 20, 30
  EXPECT_DOUBLE_EQ(found.onset.high, 22.5);
}

TEST(Latencies, BySignificanceUseTheErrorsOfTheData) {
  const Values times{10.0, 20.0, 30.0};
  // z = 2, 10, 6: one-sided p 0.023, and practically 0. In draws (z = 10 v): 10 only in the first two in a
  // row 0.2 -> 2 is significant at 0.05 after the correction, 0.1 -> 1 is not.
  const OnsetRule rule{.significance = true, .level = 0.05, .in_a_row = 2};
  const CourseLatencies found = latencies(drawn_course(), times, rule, 0.5);
  EXPECT_EQ(found.onset.time, 10.0);
  // Draws: (10, 2, 1) from 10 ms; (4, 10, 1) 10 ms; (6, 10, 1) 10 ms; (1, 2, 10) 20 ms; none.
  EXPECT_EQ(found.onset.undefined_draws, 1U);
  EXPECT_DOUBLE_EQ(found.onset.low, 10.0);
  EXPECT_DOUBLE_EQ(found.onset.high, 12.5);
}

TEST(Latencies, HaveNoIntervalsWithoutBootstrap) {
  Course course(2);
  course.points[0].value = 1.0;
  const Values times{10.0, 20.0};
  const CourseLatencies found = latencies(course, times, {.significance = true}, 0.95);
  EXPECT_EQ(found.peak.time, 10.0);
  EXPECT_TRUE(std::isnan(found.peak.low));
  EXPECT_TRUE(std::isnan(found.onset.time));
}

TEST(Latencies, OfACourseWithoutValuesAreNotDefined) {
  const Values times{10.0, 20.0};
  const CourseLatencies found = latencies(Course(2), times, {}, 0.95);
  EXPECT_EQ(found.peak_point, std::nullopt);
  EXPECT_TRUE(std::isnan(found.peak.time));
  EXPECT_TRUE(std::isnan(found.onset.time));
}

TEST(ReferenceTimes, AreFoundWithinHalfAStep) {
  const Values times{-10.0, 0.0, 10.0, 20.0};
  EXPECT_EQ(nearest_time(times, 12.0), 2U);
  EXPECT_EQ(nearest_time(times, 5.0), 1U);  // the first of equals
  EXPECT_EQ(nearest_time(times, 25.0), 3U);
  EXPECT_EQ(nearest_time(times, 26.0), std::nullopt);
  EXPECT_EQ(nearest_time(times, -16.0), std::nullopt);
}

TEST(ReferenceTimes, MustAscend) {
  LoadedRdms loaded{.times = 3, .times_ms = {0.0, 2.0, 1.0}};
  EXPECT_THROW(static_cast<void>(times_of(loaded, "meg.h5")), Error);
  loaded.times_ms = {0.0, kNaN, 1.0};
  EXPECT_THROW(static_cast<void>(times_of(loaded, "meg.h5")), Error);
  loaded.times_ms = {};
  EXPECT_EQ(times_of(loaded, "meg.h5"), (Values{0.0, 1.0, 2.0}));
}

}  // namespace
}  // namespace homolog::experiments::latency_test
