#include "experiments/predictivity/ceiling.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <random>

#include "sim/core/nan.hpp"
#include "tests/experiments/predictivity/support.hpp"

namespace homolog::experiments::ceiling_test {
namespace {

/// [stimulus, repetition * units + unit].
Responses responses_of(const Eigen::MatrixXd& table, std::size_t repetitions) {
  Responses responses{.stimuli = static_cast<std::size_t>(table.rows()),
                      .repetitions = repetitions,
                      .units = static_cast<std::size_t>(table.cols()) / repetitions};
  for (Eigen::Index i = 0; i < table.rows(); ++i) {
    for (Eigen::Index k = 0; k < table.cols(); ++k) {
      responses.values.push_back(table(i, k));
    }
  }
  return responses;
}

// With two presentations every split has the same halves.
TEST(InternalConsistency, OfTwoPresentationsIsTheirCorrectedCorrelation) {
  const auto matrices = test::read_matrices("tests/experiments/predictivity");
  const UnitScores ceiling = internal_consistency(responses_of(matrices.at("repeated"), 2), 10, 1);
  ASSERT_EQ(ceiling.per_unit.size(), 4U);
  const Eigen::MatrixXd& expected = matrices.at("repeated.ceilings");
  std::vector<double> wanted;
  for (std::size_t u = 0; u < 4; ++u) {
    wanted.push_back(expected(0, static_cast<Eigen::Index>(u)));
    EXPECT_NEAR(ceiling.per_unit[u], wanted[u], 1e-12);  // sums of 15 terms of order 1
  }
  EXPECT_NEAR(ceiling.score.mean, median(wanted), 1e-12);
  EXPECT_NEAR(ceiling.score.standard_error, 0.0, 1e-12);
}

TEST(MeanResponses, LeaveOutMissingPresentations) {
  const auto matrices = test::read_matrices("tests/experiments/predictivity");
  const Eigen::MatrixXd means = mean_responses(responses_of(matrices.at("repeated"), 2));
  EXPECT_LE((means - matrices.at("repeated.mean")).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_TRUE(std::isnan(mean_responses(responses_of(Eigen::MatrixXd::Constant(1, 2, kNaN), 2))(0, 0)));
}

// Signal of variance 1 and noise of variance s in each of R presentations: the mean's reliability is
// 1 / (1 + s / R). 4000 stimuli give r a standard deviation of (1 - r^2) / sqrt(4000), below 0.016.
TEST(InternalConsistency, EstimatesTheReliabilityOfTheMean) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  constexpr Eigen::Index kStimuli = 4000;
  constexpr Eigen::Index kRepetitions = 6;
  Eigen::MatrixXd table(kStimuli, 2 * kRepetitions);
  for (Eigen::Index i = 0; i < kStimuli; ++i) {
    const double signal = normal(random);
    for (Eigen::Index r = 0; r < kRepetitions; ++r) {
      table(i, 2 * r) = signal + normal(random);
      table(i, 2 * r + 1) = signal + 3.0 * normal(random);
    }
  }
  const UnitScores ceiling = internal_consistency(responses_of(table, kRepetitions), 10, 7);
  EXPECT_NEAR(ceiling.per_unit[0], 1.0 / (1.0 + 1.0 / 6.0), 0.05);
  EXPECT_NEAR(ceiling.per_unit[1], 1.0 / (1.0 + 9.0 / 6.0), 0.05);
}

TEST(InternalConsistency, IsUndefinedWithoutRepetitionsOrVariance) {
  const UnitScores one = internal_consistency(responses_of(Eigen::MatrixXd::Random(8, 3), 1), 10, 1);
  EXPECT_EQ(one.per_unit.size(), 3U);
  EXPECT_TRUE(std::isnan(one.per_unit[0]));
  EXPECT_TRUE(std::isnan(one.score.mean));

  Eigen::MatrixXd table = Eigen::MatrixXd::Random(8, 4);  // two repetitions of two units
  table.col(1).setConstant(2.0);                          // unit 1 is constant in the first one
  const UnitScores two = internal_consistency(responses_of(table, 2), 10, 1);
  EXPECT_FALSE(std::isnan(two.per_unit[0]));
  EXPECT_TRUE(std::isnan(two.per_unit[1]));
  EXPECT_NEAR(two.score.mean, two.per_unit[0], 1e-12);  // the median leaves out what is undefined
}

TEST(InternalConsistency, NeedsThreeStimuliInBothHalves) {
  Eigen::MatrixXd table = Eigen::MatrixXd::Random(8, 2);
  table.col(0).tail(6).setConstant(kNaN);
  EXPECT_TRUE(std::isnan(internal_consistency(responses_of(table, 2), 3, 1).per_unit[0]));
  EXPECT_TRUE(internal_consistency(Responses{}, 3, 1).per_unit.empty());
}

TEST(InternalConsistency, HasTheSameBitsForAnyNumberOfThreads) {
  const Responses responses = responses_of(Eigen::MatrixXd::Random(40, 5 * 9), 5);
  tbb::task_arena one(1);
  tbb::task_arena four(4);
  EXPECT_EQ(one.execute([&] { return internal_consistency(responses, 4, 1).per_unit; }),
            four.execute([&] { return internal_consistency(responses, 4, 1).per_unit; }));
}

TEST(SpearmanBrown, DoublesTheLengthOfATest) {
  EXPECT_DOUBLE_EQ(spearman_brown(0.5), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(spearman_brown(0.0), 0.0);
  EXPECT_DOUBLE_EQ(spearman_brown(1.0), 1.0);
  EXPECT_TRUE(std::isnan(spearman_brown(-1.0)));
  EXPECT_TRUE(std::isnan(spearman_brown(kNaN)));
}

TEST(NormalisedScores, KeepTheirConventionsApart) {
  EXPECT_DOUBLE_EQ(r_squared_over_ceiling(0.5, 0.8), 0.3125);
  EXPECT_DOUBLE_EQ(r_over_sqrt_ceiling(0.5, 0.64), 0.625);
  EXPECT_DOUBLE_EQ(r_squared_over_ceiling(-0.5, 0.8), -0.3125);
  for (const double ceiling : {0.0, -0.2, kNaN}) {
    EXPECT_TRUE(std::isnan(r_squared_over_ceiling(0.5, ceiling)));
    EXPECT_TRUE(std::isnan(r_over_sqrt_ceiling(0.5, ceiling)));
  }
}

TEST(Median, LeavesOutNaN) {
  EXPECT_EQ(median({3.0, kNaN, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median({4.0, 1.0, 2.0, 3.0}), 2.5);
  EXPECT_TRUE(std::isnan(median({kNaN})));
  EXPECT_TRUE(std::isnan(median({})));
}

// 1, 2, 3, 6: mean 3, sum of squares 14, 14 / 3 / 4.
TEST(SplitMean, HasTheStandardErrorOfTheMean) {
  const SplitMean result = split_mean({1.0, 2.0, kNaN, 3.0, 6.0});
  EXPECT_DOUBLE_EQ(result.mean, 3.0);
  EXPECT_DOUBLE_EQ(result.standard_error, std::sqrt(14.0 / 12.0));
  EXPECT_TRUE(std::isnan(split_mean({2.0}).standard_error));
  EXPECT_TRUE(std::isnan(split_mean({}).mean));
}

TEST(UnitCorrelations, AreUndefinedForConstantsAndGaps) {
  Eigen::MatrixXd x = Eigen::MatrixXd::Random(5, 4);
  Eigen::MatrixXd y = x;
  x.col(1).setConstant(1.0);
  y.col(2).setConstant(1.0);
  y(3, 3) = kNaN;
  const std::vector<double> r = unit_correlations(x, y);
  EXPECT_NEAR(r[0], 1.0, 1e-15);
  EXPECT_TRUE(std::isnan(r[1]) && std::isnan(r[2]) && std::isnan(r[3]));
}

}  // namespace
}  // namespace homolog::experiments::ceiling_test
