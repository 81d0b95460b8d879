// Do intervals hold what they promise? Stimuli, subjects and measurements are drawn from populations that are
// known, many times; the truth comes from a much larger sample of the same.

#include <gtest/gtest.h>
#include <tbb/parallel_for.h>

#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "experiments/rsa/evaluate.hpp"
#include "experiments/rsa_time/latency_differences.hpp"
#include "experiments/rsa_time/reference_courses.hpp"

namespace homolog::experiments::coverage_test {
namespace {

using Values = std::vector<double>;

constexpr std::size_t kFeatures = 6;
constexpr std::size_t kExperiments = 300;
constexpr double kLevel = 0.9;

/// A stimulus is a point of six independent normal features; the model sees all of them alike.
using Stimulus = std::array<double, kFeatures>;
/// Weights of features: those of the population, each multiplied by a share of the subject's own.
using Subject = std::array<double, kFeatures>;
constexpr Subject kPopulation{2.0, 1.5, 1.0, 0.7, 0.4, 0.2};
constexpr Subject kModel{1.0, 1.0, 1.0, 1.0, 1.0, 1.0};

std::vector<Stimulus> draw_stimuli(std::size_t n, std::mt19937& random) {
  std::normal_distribution<double> normal;
  std::vector<Stimulus> stimuli(n);
  for (Stimulus& stimulus : stimuli) {
    for (double& feature : stimulus) {
      feature = normal(random);
    }
  }
  return stimuli;
}

std::vector<Subject> draw_subjects(std::size_t count, std::mt19937& random) {
  std::uniform_real_distribution<double> share(0.0, 2.0);
  std::vector<Subject> subjects(count);
  for (Subject& subject : subjects) {
    for (std::size_t f = 0; f < kFeatures; ++f) {
      subject[f] = kPopulation[f] * share(random);
    }
  }
  return subjects;
}

Rdm rdm_of(const std::vector<Stimulus>& stimuli, const Subject& weights) {
  Values pairs;
  for (std::size_t i = 0; i < stimuli.size(); ++i) {
    for (std::size_t j = i + 1; j < stimuli.size(); ++j) {
      double sum = 0.0;
      for (std::size_t f = 0; f < kFeatures; ++f) {
        const double difference = stimuli[i][f] - stimuli[j][f];
        sum += weights[f] * difference * difference;
      }
      pairs.push_back(sum);
    }
  }
  return {stimuli.size(), pairs};
}

std::vector<OrderedRdm> rdms_of(const std::vector<Stimulus>& stimuli, const std::vector<Subject>& subjects) {
  std::vector<OrderedRdm> rdms;
  for (const Subject& subject : subjects) {
    rdms.emplace_back(rdm_of(stimuli, subject));
  }
  return rdms;
}

WindowRdms one_window(const std::vector<Stimulus>& stimuli) {
  WindowRdms windows;
  windows.rdms = rdms_of(stimuli, {kModel});
  windows.place = {0};
  windows.undefined = {0};
  return windows;
}

/// The value for so many stimuli of the population (or these) and these subjects, without inference.
double value_of(const std::vector<Stimulus>& stimuli, const std::vector<Subject>& subjects) {
  const Comparison pearson = comparisons().find("pearson");
  const auto scaled = [&](const Subject& weights) {
    return ScaledRdm(rdm_of(stimuli, weights), std::span(&pearson, 1));
  };
  std::vector<ScaledRdm> all(subjects.size());
  tbb::parallel_for(std::size_t{0}, subjects.size(), [&](std::size_t s) { all[s] = scaled(subjects[s]); });
  return compare(pearson, scaled(kModel), all);
}

/// The course of one window.
CoursePoint point_of(const std::vector<Stimulus>& stimuli, const std::vector<Subject>& subjects,
                     Resample resample, std::uint64_t seed) {
  const InferenceSettings inference{.resample = resample, .samples = 200, .level = kLevel};
  return window_course(comparisons().find("pearson"), one_window(stimuli),
                       CourseSubjects::same(rdms_of(stimuli, subjects), 1), inference, seed, {})
      .points[0];
}

/// How many of kExperiments independent experiments (generator, number) are true.
template <class Experiment>
std::size_t count_covered(const Experiment& covers) {
  std::vector<int> covered(kExperiments, 0);
  tbb::parallel_for(std::size_t{0}, kExperiments, [&](std::size_t k) {
    std::mt19937 random(static_cast<unsigned>(1000 + k));
    covered[k] = covers(random, k) ? 1 : 0;
  });
  std::size_t count = 0;
  for (const int one : covered) {
    count += static_cast<std::size_t>(one);
  }
  return count;
}

/// Four standard deviations of the binomial distribution: 1 in 16,000 on either side.
void expect_about_the_level(std::size_t covered, double level) {
  const auto n = static_cast<double>(kExperiments);
  const double spread = 4.0 * std::sqrt(n * level * (1.0 - level));
  EXPECT_NEAR(static_cast<double>(covered), level * n, spread);
  testing::Test::RecordProperty("covered", static_cast<int>(covered));
}

TEST(Coverage, OfNewSubjectsWithTheSameStimuli) {
  std::mt19937 random(1);
  const std::vector<Stimulus> stimuli = draw_stimuli(12, random);
  const double truth = value_of(stimuli, draw_subjects(20000, random));
  expect_about_the_level(count_covered([&](std::mt19937& own, std::size_t k) {
                           const CoursePoint point =
                               point_of(stimuli, draw_subjects(12, own), Resample::subjects, k);
                           return point.ci_low <= truth && truth <= point.ci_high;
                         }),
                         kLevel);
}

TEST(Coverage, OfNewStimuliWithTheSameSubjects) {
  std::mt19937 random(2);
  const std::vector<Subject> subjects = draw_subjects(4, random);
  const double truth = value_of(draw_stimuli(2000, random), subjects);
  expect_about_the_level(count_covered([&](std::mt19937& own, std::size_t k) {
                           const CoursePoint point =
                               point_of(draw_stimuli(40, own), subjects, Resample::stimuli, k);
                           return point.ci_low <= truth && truth <= point.ci_high;
                         }),
                         kLevel);
}

TEST(Coverage, OfNewSubjectsAndNewStimuli) {
  std::mt19937 random(3);
  double truth = 0.0;
  for (std::size_t part = 0; part < 20; ++part) {  // of 6,000 stimuli and 2,000 subjects in all
    truth += value_of(draw_stimuli(300, random), draw_subjects(100, random)) / 20.0;
  }
  expect_about_the_level(count_covered([&](std::mt19937& own, std::size_t k) {
                           const CoursePoint point =
                               point_of(draw_stimuli(30, own), draw_subjects(8, own), Resample::both, k);
                           return point.ci_low <= truth && truth <= point.ci_high;
                         }),
                         kLevel);
}

/// A layer over ten windows: its RDM is that of the reference times strength[w], plus that of features of the
/// window's own. The reference sees the first three features.
constexpr std::size_t kWindows = 10;
using Strength = std::array<double, kWindows>;
constexpr Strength kEarly{0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 3.0};
constexpr Strength kLate{0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 3.0};
constexpr Subject kReference{1.0, 1.0, 1.0, 0.0, 0.0, 0.0};
constexpr Subject kOwn{0.0, 0.0, 0.0, 1.0, 1.0, 1.0};

WindowRdms layer_of(const std::vector<Stimulus>& stimuli, const Strength& strength, std::mt19937& random) {
  WindowRdms windows;
  for (std::size_t w = 0; w < kWindows; ++w) {
    const Rdm shared = rdm_of(stimuli, kReference);
    const Rdm own = rdm_of(draw_stimuli(stimuli.size(), random), kOwn);
    Values pairs;
    for (std::size_t k = 0; k < shared.pairs().size(); ++k) {
      pairs.push_back(strength[w] * shared.pairs()[k] + own.pairs()[k]);
    }
    windows.rdms.emplace_back(Rdm(stimuli.size(), pairs));
    windows.place.push_back(w);
  }
  windows.undefined.assign(kWindows, 0);
  return windows;
}

Latency onset_of(const std::vector<Stimulus>& stimuli, const Strength& strength, std::uint64_t seed,
                 std::mt19937& random) {
  const InferenceSettings inference{.resample = Resample::stimuli, .samples = 200, .level = kLevel};
  const Course course =
      window_course(comparisons().find("pearson"), layer_of(stimuli, strength, random),
                    CourseSubjects::same(rdms_of(stimuli, {kReference}), kWindows), inference, seed, {});
  const Values times{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  return latencies(course, times, {.share = 0.9}, kLevel).onset;
}

constexpr int kMostFalseAlarms = 51;  // 300 x 0.1 and four standard deviations of the binomial distribution

/// Latencies are whole windows: an interval may hold more than it promises, never less.
void expect_at_least_the_level(std::size_t covered) {
  const auto n = static_cast<double>(kExperiments);
  EXPECT_GE(static_cast<double>(covered), kLevel * n - 4.0 * std::sqrt(n * kLevel * (1.0 - kLevel)));
  testing::Test::RecordProperty("covered", static_cast<int>(covered));
}

// Correlations with the reference: strength / sqrt(strength^2 + 1), 0.894 for 2 and 0.949 for 3. So 0.9 of
// the peak is 0.854, which is passed when strength becomes 2: at 3 for one layer, at 5 for the other. With
// twelve stimuli that is not clear in every experiment.
TEST(Coverage, OfOnsetsAndTheirDifference) {
  std::vector<int> moved(kExperiments, 0);
  std::vector<int> different(kExperiments, 0);
  const std::size_t of_onsets = count_covered([&](std::mt19937& own, std::size_t k) {
    const std::vector<Stimulus> stimuli = draw_stimuli(12, own);
    const Latency early = onset_of(stimuli, kEarly, k, own);
    moved[k] = early.time != 3.0;
    return early.low <= 3.0 && 3.0 <= early.high;
  });
  expect_at_least_the_level(of_onsets);
  EXPECT_GT(std::accumulate(moved.begin(), moved.end(), 0), 20) << "else the test says nothing";
  const std::size_t of_differences = count_covered([&](std::mt19937& own, std::size_t k) {
    const std::vector<Stimulus> stimuli = draw_stimuli(12, own);
    const std::vector<Latency> layers{onset_of(stimuli, kEarly, k, own), onset_of(stimuli, kLate, k, own)};
    const LatencyDifference found = latency_differences(layers, kLevel).at(0);
    different[k] = found.p <= 1.0 - kLevel;
    return found.ci_low <= -2.0 && -2.0 <= found.ci_high;
  });
  expect_at_least_the_level(of_differences);
  // More often than layers that do not differ may, see below.
  EXPECT_GT(std::accumulate(different.begin(), different.end(), 0), kMostFalseAlarms);
}

TEST(Coverage, OfLayersThatDoNotDiffer) {
  const std::size_t false_alarms = count_covered([&](std::mt19937& own, std::size_t k) {
    const std::vector<Stimulus> stimuli = draw_stimuli(12, own);
    const std::vector<Latency> layers{onset_of(stimuli, kLate, k, own), onset_of(stimuli, kLate, k, own)};
    return latency_differences(layers, kLevel).at(0).p <= 1.0 - kLevel;
  });
  EXPECT_LE(static_cast<int>(false_alarms), kMostFalseAlarms);
}

}  // namespace
}  // namespace homolog::experiments::coverage_test
