// Do the intervals of a fusion hold what they promise when stimuli and the subjects of both systems are new?
// All are drawn from populations that are known, many times; the truth is the mean of the value over further
// experiments of the same size.

#include <gtest/gtest.h>
#include <tbb/parallel_for.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "experiments/fusion/fuse.hpp"

namespace homolog::experiments::coverage_test {
namespace {

constexpr std::size_t kFeatures = 6;
constexpr std::size_t kStimuli = 14;
constexpr std::size_t kFirst = 8;   // subjects
constexpr std::size_t kSecond = 6;  // subjects
constexpr std::size_t kExperiments = 200;
constexpr double kLevel = 0.9;

using Weights = std::array<double, kFeatures>;  // of features, whose squared differences make an RDM
using Stimuli = std::vector<Weights>;

constexpr Weights kFirstSystem{2.0, 1.5, 1.0, 0.7, 0.4, 0.2};
constexpr Weights kSecondSystem{1.0, 2.0, 0.5, 0.5, 1.0, 0.1};
constexpr Weights kModel{1.0, 1.0, 1.0, 0.0, 0.0, 0.0};

Stimuli draw_stimuli(std::mt19937& random) {
  std::normal_distribution<double> normal;
  Stimuli stimuli(kStimuli);
  for (Weights& stimulus : stimuli) {
    for (double& feature : stimulus) {
      feature = normal(random);
    }
  }
  return stimuli;
}

Rdm rdm_of(const Stimuli& stimuli, const Weights& weights) {
  std::vector<double> pairs;
  for (std::size_t i = 0; i < stimuli.size(); ++i) {
    for (std::size_t j = i + 1; j < stimuli.size(); ++j) {
      double sum = 0.0;
      for (std::size_t f = 0; f < kFeatures; ++f) {
        sum += weights[f] * (stimuli[i][f] - stimuli[j][f]) * (stimuli[i][f] - stimuli[j][f]);
      }
      pairs.push_back(sum);
    }
  }
  return {stimuli.size(), pairs};
}

/// RDMs of subjects whose weights are those of the system, each times a share of the subject's own, and with
/// noise of the measurement.
std::vector<Rdm> draw_rdms(const Stimuli& stimuli, const Weights& system, std::size_t subjects,
                           std::mt19937& random) {
  std::uniform_real_distribution<double> share(0.0, 2.0);
  std::normal_distribution<double> noise(0.0, 4.0);
  std::vector<Rdm> rdms;
  for (std::size_t s = 0; s < subjects; ++s) {
    Weights own = system;
    for (double& weight : own) {
      weight *= share(random);
    }
    rdms.push_back(rdm_of(stimuli, own));
    for (double& value : rdms.back().pairs()) {
      value += noise(random);
    }
  }
  return rdms;
}

/// The correlation and the commonality with the model of one experiment.
std::array<Estimate, 2> experiment(const FusionOptions& options, std::mt19937& random) {
  const Stimuli stimuli = draw_stimuli(random);
  const std::vector<Rdm> first = draw_rdms(stimuli, kFirstSystem, kFirst, random);
  const std::vector<Rdm> second = draw_rdms(stimuli, kSecondSystem, kSecond, random);
  const OrderedRdm model(rdm_of(stimuli, kModel));
  const FusionResult result =
      fuse(SystemRdms(first, kFirst), SystemRdms(second, kSecond), std::span(&model, 1), {}, options);
  return {result.correlation.estimates[0], result.commonality[0].estimates[0]};
}

/// Mean and standard deviation of both values over so many experiments.
struct Population {
  std::array<double, 2> mean{}, deviation{};
};
Population population(std::size_t experiments) {
  std::vector<std::array<Estimate, 2>> all(experiments);
  tbb::parallel_for(std::size_t{0}, experiments, [&](std::size_t k) {
    std::mt19937 random(static_cast<unsigned>(100'000 + k));
    all[k] = experiment({}, random);
  });
  Population found;
  const auto n = static_cast<double>(experiments);
  for (std::size_t c = 0; c < 2; ++c) {
    double squares = 0.0;
    for (const auto& one : all) {
      found.mean[c] += one[c].value / n;
      squares += one[c].value * one[c].value / n;
    }
    found.deviation[c] = std::sqrt(squares - found.mean[c] * found.mean[c]);
  }
  return found;
}

// They hold more than they promise: errors over stimuli are too large rather than too small, and t has one
// degree of freedom less than the smaller group of subjects has people. Too little would be a defect.
TEST(FusionCoverage, OfNewStimuliAndNewSubjectsOfBothSystems) {
  const Population truth = population(4000);
  std::vector<std::array<Estimate, 2>> found(kExperiments);
  tbb::parallel_for(std::size_t{0}, kExperiments, [&](std::size_t k) {
    std::mt19937 random(static_cast<unsigned>(1000 + k));
    found[k] =
        experiment({.stimuli = true, .subjects = true, .samples = 100, .level = kLevel, .seed = k}, random);
  });
  const auto n = static_cast<double>(kExperiments);
  for (std::size_t c = 0; c < 2; ++c) {
    double covered = 0.0;
    double error = 0.0;
    for (const auto& one : found) {
      covered += one[c].ci_low <= truth.mean[c] && truth.mean[c] <= one[c].ci_high ? 1.0 : 0.0;
      error += one[c].standard_error / n;
    }
    // Four standard deviations of the binomial distribution: 1 in 30,000.
    EXPECT_GE(covered, kLevel * n - 4.0 * std::sqrt(n * kLevel * (1.0 - kLevel)));
    EXPECT_GT(error, 0.9 * truth.deviation[c]);
    EXPECT_LT(error, 1.5 * truth.deviation[c]);
    RecordProperty(c == 0 ? "correlation" : "commonality", std::to_string(covered) + " covered, error " +
                                                               std::to_string(error) + " of " +
                                                               std::to_string(truth.deviation[c]));
  }
}

}  // namespace
}  // namespace homolog::experiments::coverage_test
