#include "experiments/rsa_time/rsa_time_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa_time/difference_tables.hpp"
#include "experiments/rsa_time/rsa_time_summary.hpp"
#include "experiments/rsa_time/rsa_time_tables.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa_time/support.hpp"

namespace homolog::experiments::rsa_time_test {
namespace {

using testing::HasSubstr;

RsaTimeSettings settings_with(std::vector<ReferenceSpec> references) {
  RsaTimeSettings settings;
  settings.layers = {"relu1"};
  settings.windows = {.width = kWidth, .step = kWidth};
  settings.compare = {"pearson"};
  settings.references = std::move(references);
  settings.inference.samples = 50;
  return settings;
}

const ReferenceSpec kFile{.name = "IT", .source = FileReference{.file = "brain.h5"}};

RsaTimeResult compute(const RsaTimeSettings& settings, const Spikes& spikes, const LoadedRdms& loaded,
                      int threads = 1, const std::function<void(const std::string&)>& warn = {}) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  const AnalysisInputs inputs{.representations = &spikes.representations,
                              .stimuli = &stimuli,
                              .seed = 7,
                              .steps = kSteps,
                              .step_ms = 0.5,
                              .threads = threads,
                              .warn = warn};
  const std::vector<LoadedRdms> all{loaded};
  return compute_rsa_time(settings, all, {{"relu1", "spikes"}}, courses_of(settings, all, {}), inputs);
}

/// One subject whose RDM is that of the known window.
LoadedRdms static_reference(const Spikes& spikes) {
  return {.rdms = {spikes.rdm(kKnown)}};
}

/// Two subjects, three times; at the second time the RDM is that of the known window, else of another
/// network.
LoadedRdms timed_reference(const Spikes& spikes) {
  const Spikes other(99);
  LoadedRdms loaded{.subjects = 2, .times = 3, .times_ms = {3.0, 7.0, 11.0}};
  for (std::size_t s = 0; s < 2; ++s) {
    loaded.rdms.push_back(other.rdm(1 + s));
    loaded.rdms.push_back(spikes.rdm(kKnown));
    loaded.rdms.push_back(other.rdm(3 + s));
  }
  return loaded;
}

Values pairs_of(const Rdm& rdm) {
  return {rdm.pairs().begin(), rdm.pairs().end()};
}

// Both sides sum in double, in another order.
constexpr double kRounding = 1e-12;

TEST(RsaTime, FollowsTheRepresentationThroughTime) {
  const Spikes spikes(1);
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, static_reference(spikes));
  EXPECT_EQ(result.window_ms, (Values{1.0, 3.0, 5.0, 7.0, 9.0, 11.0}));
  ASSERT_EQ(result.courses.size(), 1U);
  const FinishedCourse& course = result.values[0][0][0];
  EXPECT_TRUE(std::isnan(course.points[0].value));
  for (std::size_t w = 1; w < kWindows; ++w) {
    EXPECT_NEAR(course.points[w].value, pearson(pairs_of(spikes.rdm(w)), pairs_of(spikes.rdm(kKnown))),
                kRounding)
        << w;
  }
  EXPECT_EQ(course.latencies.peak.time, 7.0);
  // r = 1 with itself in every draw.
  EXPECT_EQ(course.latencies.peak.low, 7.0);
  EXPECT_EQ(course.latencies.peak.high, 7.0);
  EXPECT_EQ(course.latencies.peak.undefined_draws, 0U);
}

TEST(RsaTime, TakesIntervalsFromTheBootstrapOfRsa) {
  const Spikes spikes(1);
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, static_reference(spikes));
  const Rdm model = spikes.rdm(4);
  const Rdm subject = spikes.rdm(kKnown);
  const InferenceResult expected = infer(comparisons().find("pearson"), std::span(&model, 1),
                                         std::span(&subject, 1), {.samples = 50, .seed = 7});
  const CoursePoint& point = result.values[0][0][0].points[4];
  EXPECT_NEAR(point.ci_low, expected.models[0].ci_low, 1e-9);  // rounding of RDMs, amplified by 1 / s.e.
  EXPECT_NEAR(point.p, expected.models[0].p_above_zero, 1e-9);
}

TEST(RsaTime, LeavesOutSilentWindowsAndSaysSo) {
  const Spikes spikes(1);
  std::vector<std::string> warnings;
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, static_reference(spikes), 1,
                                       [&](const std::string& line) { warnings.push_back(line); });
  EXPECT_EQ(result.undefined[0][0], static_cast<std::int64_t>(kStimuli));
  ASSERT_FALSE(warnings.empty());
  EXPECT_THAT(warnings[0], HasSubstr("no RDM in 1 of 6 windows"));
}

TEST(RsaTime, GeneralisesFromWindowToWindow) {
  const Spikes spikes(1);
  const RsaTimeResult result = compute(settings_with({}), spikes, {});
  const Values& matrix = result.own[0][0].value;
  for (std::size_t i = 1; i < kWindows; ++i) {
    for (std::size_t j = 1; j < kWindows; ++j) {
      EXPECT_NEAR(matrix[i * kWindows + j], pearson(pairs_of(spikes.rdm(i)), pairs_of(spikes.rdm(j))),
                  kRounding);
    }
    EXPECT_TRUE(std::isnan(matrix[i]));
  }
}

TEST(RsaTime, ComparesEveryWindowWithEveryTimeOfTheReference) {
  const Spikes spikes(1);
  const LoadedRdms loaded = timed_reference(spikes);
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, loaded);
  EXPECT_TRUE(result.courses.empty());
  ASSERT_EQ(result.timed.size(), 1U);
  const Values& matrix = result.timed[0].generalisation[0][0].value;
  for (std::size_t w = 1; w < kWindows; ++w) {
    for (std::size_t t = 0; t < 3; ++t) {
      double mean = 0.0;
      for (std::size_t s = 0; s < 2; ++s) {
        mean += 0.5 * pearson(pairs_of(spikes.rdm(w)), pairs_of(loaded.rdms[s * 3 + t]));
      }
      EXPECT_NEAR(matrix[w * 3 + t], mean, kRounding);
    }
  }
  // The whole presentation: counts over all windows.
  std::vector<Values> sums(kStimuli, Values(kUnits));
  for (const std::vector<Values>& window : spikes.counts) {
    for (std::size_t i = 0; i < kStimuli; ++i) {
      for (std::size_t u = 0; u < kUnits; ++u) {
        sums[i][u] += window[i][u];
      }
    }
  }
  const FinishedCourse& whole = result.timed[0].whole[0][0];
  EXPECT_NEAR(whole.points[1].value, pearson(distances(sums), pairs_of(spikes.rdm(kKnown))), kRounding);
  EXPECT_FALSE(std::isnan(whole.points[1].ci_low));
}

// The draws of a course against one time of the reference are those of the matrix' column.
TEST(RsaTime, GivesCellsTheIntervalsOfCourses) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {3.0};
  const RsaTimeResult result = compute(settings, spikes, timed_reference(spikes));
  const Generalisation& matrix = result.timed[0].generalisation[0][0];
  for (std::size_t w = 1; w < kWindows; ++w) {
    const CoursePoint& point = result.values[0][0][0].points[w];
    EXPECT_NEAR(matrix.standard_error[w * 3], point.standard_error, kRounding);
    EXPECT_NEAR(matrix.ci_high[w * 3], point.ci_high, 20.0 * kRounding);  // t of 1 degree of freedom: 12.7
  }
  settings.generalisation_intervals = MatrixIntervals::never;
  EXPECT_TRUE(std::isnan(compute(settings, spikes, timed_reference(spikes)).own[0][0].ci_low[8]));
}

TEST(RsaTime, SaysWhichMatricesHaveNoIntervals) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({});
  settings.compare = {"kendall"};
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& line) { warnings.push_back(line); };
  EXPECT_TRUE(std::isnan(compute(settings, spikes, {}, 1, warn).own[0][0].ci_low[8]));
  EXPECT_THAT(warnings, testing::Contains(HasSubstr("windows with windows by kendall have no intervals")));
  settings.generalisation_intervals = MatrixIntervals::always;
  EXPECT_FALSE(std::isnan(compute(settings, spikes, {}).own[0][0].ci_low[8]));
}

TEST(RsaTime, FixesTimesOfTheReference) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {8.0};  // the nearest is 7
  settings.time_by_time = true;
  const RsaTimeResult result = compute(settings, spikes, timed_reference(spikes));
  ASSERT_EQ(result.courses.size(), 2U);
  EXPECT_EQ(result.courses[0].reference_ms, 7.0);
  EXPECT_EQ(result.values[0][0][0].latencies.peak.time, 7.0);
  const FinishedCourse& by_time = result.values[1][0][0];
  EXPECT_NEAR(by_time.points[kKnown].value, 1.0, kRounding);
  EXPECT_NEAR(by_time.points[1].value, result.timed[0].generalisation[0][0].value[1 * 3 + 0], kRounding);
  EXPECT_NEAR(by_time.points[5].value, result.timed[0].generalisation[0][0].value[5 * 3 + 2], kRounding);
}

TEST(RsaTime, HasNoValueTimeByTimeWhereTheReferenceHasNoTime) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.time_by_time = true;
  settings.delay_ms = 4.0;  // windows at 5, 7, ..., 15 ms; the last reference time is 11, steps of 4
  const FinishedCourse course = compute(settings, spikes, timed_reference(spikes)).values[0][0][0];
  EXPECT_FALSE(std::isnan(course.points[4].value));
  EXPECT_TRUE(std::isnan(course.points[5].value));
}

TEST(RsaTime, ComparesLatenciesOfLayers) {
  Spikes spikes(1);
  std::vector<Values> later = spikes.trains;  // the same a window later
  for (Values& train : later) {
    for (double& step : train) {
      step += kWidth;
    }
    std::erase_if(train, [](double step) { return step >= kSteps; });
  }
  spikes.representations.add_trains("relu2", kSteps, later);
  RsaTimeSettings settings = settings_with({kFile});
  settings.layers = {"relu1", "relu2"};
  const RsaTimeResult result = compute(settings, spikes, static_reference(spikes));
  ASSERT_EQ(result.differences.size(), 2U);
  const DifferenceSet& peaks = result.differences[0];
  EXPECT_EQ(peaks.latency, "peak");
  ASSERT_EQ(peaks.pairs.size(), 1U);
  // r = 1 in the known window in every draw: the difference is always that of one window.
  EXPECT_EQ(peaks.pairs[0].difference, -2.0);
  EXPECT_EQ(peaks.pairs[0].standard_error, 0.0);
  EXPECT_EQ(peaks.pairs[0].ci_high, -2.0);
  EXPECT_DOUBLE_EQ(peaks.pairs[0].p, 2.0 / 51.0);  // of 50 draws
  for (const ResultDataset& dataset : latency_difference_datasets(result)) {
    EXPECT_EQ(std::visit([](const auto& values) { return values.size(); }, dataset.values), 2U)
        << dataset.name;
  }
  EXPECT_THAT(rsa_time_json(result),
              HasSubstr(R"("latency":"peak","pairs":1,"different":1,"at_smallest_p":1,"layer_a":"relu1")"));
  EXPECT_THAT(rsa_time_text(result), HasSubstr("peak   1 of 1 pairs"));
  settings.latency_differences = false;
  EXPECT_TRUE(compute(settings, spikes, static_reference(spikes)).differences.empty());
  settings.latency_differences = true;
  settings.inference.resample = Resample::none;
  EXPECT_TRUE(compute(settings, spikes, static_reference(spikes)).differences.empty());
}

TEST(RsaTime, HasTheSameBitsForAnyNumberOfThreads) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {7.0};
  settings.keep_rdms = true;
  const auto one = rsa_time_datasets(compute(settings, spikes, timed_reference(spikes), 1), settings);
  const auto four = rsa_time_datasets(compute(settings, spikes, timed_reference(spikes), 4), settings);
  ASSERT_EQ(one.size(), four.size());
  for (std::size_t k = 0; k < one.size(); ++k) {
    const auto* a = std::get_if<Values>(&one[k].values);
    const auto* b = std::get_if<Values>(&four[k].values);
    if (a != nullptr) {
      ASSERT_EQ(a->size(), b->size());
      EXPECT_EQ(std::memcmp(a->data(), b->data(), a->size() * sizeof(double)), 0) << one[k].name;
      std::size_t product = 1;
      for (const std::size_t extent : one[k].extents) {
        product *= extent;
      }
      EXPECT_TRUE(one[k].extents.empty() || product == a->size()) << one[k].name;
    }
  }
}

TEST(RsaTime, RefusesTimesThatAReferenceDoesNotHave) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {20.0};
  EXPECT_THROW(static_cast<void>(courses_of(settings, {timed_reference(spikes)}, {})), Error);
  EXPECT_THROW(static_cast<void>(courses_of(settings, {static_reference(spikes)}, {})), Error);
  LoadedRdms unknown = timed_reference(spikes);
  unknown.times_ms = {};
  settings.reference_times = {1.0};
  EXPECT_THROW(static_cast<void>(courses_of(settings, {unknown}, {})), Error);
}

}  // namespace
}  // namespace homolog::experiments::rsa_time_test
