#include "experiments/behaviour/error_consistency.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "experiments/behaviour/decisions.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/predictivity/support.hpp"

namespace homolog::experiments::error_consistency_test {
namespace {

std::vector<double> row(const Eigen::MatrixXd& matrix) {
  return {matrix.data(), matrix.data() + matrix.size()};
}

TEST(ErrorConsistency, IsThePublishedFormula) {
  const auto matrices = test::read_matrices("tests/experiments/behaviour");
  for (const std::string name : {"mixed", "good"}) {
    const ErrorConsistency result =
        error_consistency(row(matrices.at(name + ".first")), row(matrices.at(name + ".second")));
    EXPECT_NEAR(result.kappa, matrices.at(name + ".kappa")(0, 0), 1e-14);  // rounding of a few operations
    EXPECT_EQ(result.trials, 50U);
  }
}

// Of 10: both right 4, both wrong 2, first alone 3, second alone 1. p = .7, q = .5, observed .6, expected .5.
TEST(ErrorConsistency, HasTheValueOfAHandMadeTable) {
  const std::vector<double> first{1, 1, 1, 1, 0, 0, 1, 1, 1, 0};
  const std::vector<double> second{1, 1, 1, 1, 0, 0, 0, 0, 0, 1};
  const ErrorConsistency result = error_consistency(first, second);
  EXPECT_DOUBLE_EQ(result.observed, 0.6);
  EXPECT_DOUBLE_EQ(result.expected, 0.5);
  EXPECT_NEAR(result.kappa, 0.2, 1e-15);
}

TEST(ErrorConsistency, IsOneForTheSameErrorsAndBelowZeroForOpposite) {
  const std::vector<double> first{1, 0, 1, 0};
  const std::vector<double> opposite{0, 1, 0, 1};
  EXPECT_DOUBLE_EQ(error_consistency(first, first).kappa, 1.0);
  EXPECT_DOUBLE_EQ(error_consistency(first, opposite).kappa, -1.0);
}

TEST(ErrorConsistency, CountsStimuliThatBothSaw) {
  const std::vector<double> first{1, 0, kNaN, 1, 0};
  const std::vector<double> second{1, 0, 1, kNaN, 0};
  const ErrorConsistency result = error_consistency(first, second);
  EXPECT_EQ(result.trials, 3U);
  EXPECT_DOUBLE_EQ(result.accuracy[0], 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(result.kappa, 1.0);
}

TEST(ErrorConsistency, IsUndefinedWhereAgreementIsCertain) {
  const std::vector<double> right{1, 1, 1};
  const std::vector<double> wrong{0, 0, 0};
  const std::vector<double> unseen{kNaN, kNaN, kNaN};
  EXPECT_TRUE(std::isnan(error_consistency(right, right).kappa));
  EXPECT_TRUE(std::isnan(error_consistency(wrong, wrong).kappa));
  EXPECT_TRUE(std::isnan(error_consistency(unseen, right).kappa));
  EXPECT_TRUE(std::isnan(error_consistency({}, {}).kappa));
  EXPECT_DOUBLE_EQ(error_consistency(right, wrong).kappa, 0.0);  // never together, as expected
}

TEST(Accuracy, LeavesOutWhatWasNotSeen) {
  EXPECT_DOUBLE_EQ(accuracy_of(std::vector<double>{1.0, kNaN, 0.0, 1.0, 1.0}), 0.75);
  EXPECT_TRUE(std::isnan(accuracy_of(std::vector<double>{kNaN})));
}

TEST(Decisions, AreTheLargestScoreTheLowestAmongEquals) {
  const std::vector<float> readout{0.0F, 2.0F, 1.0F, 3.0F, 1.0F, 3.0F};
  EXPECT_EQ(decisions(class_scores(readout, 2)), (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(correctness(std::vector<std::int64_t>{1, 0}, std::vector<std::int64_t>{1, 2}),
            (std::vector<double>{1.0, 0.0}));
}

TEST(CategoryScores, AreLogarithmsOfMeanProbabilities) {
  const auto matrices = test::read_matrices("tests/experiments/behaviour");
  const Eigen::MatrixXd& logits = matrices.at("scores");
  std::vector<float> readout;
  for (Eigen::Index i = 0; i < logits.rows(); ++i) {
    for (Eigen::Index k = 0; k < logits.cols(); ++k) {
      readout.push_back(static_cast<float>(logits(i, k)));
    }
  }
  std::vector<std::int64_t> category_of;
  for (Eigen::Index k = 0; k < 5; ++k) {
    category_of.push_back(static_cast<std::int64_t>(matrices.at("category_of")(0, k)));
  }
  const Scores scores = category_scores(readout, 12, category_of, 4);
  const Eigen::MatrixXd& wanted = matrices.at("category_scores");
  for (Eigen::Index i = 0; i < 12; ++i) {
    // Equal but for the softmax's sum, which is the same for all categories.
    for (Eigen::Index c = 1; c < 3; ++c) {
      EXPECT_NEAR(scores(i, c) - scores(i, 0), wanted(i, c) - wanted(i, 0), 1e-12);  // rounding, values of 10
    }
    EXPECT_EQ(scores(i, 3), -std::numeric_limits<double>::infinity());  // no class is in it
  }
}

TEST(CategoryScores, DoNotOverflow) {
  const std::vector<float> readout{1e30F, -1e30F, 0.0F};
  const std::vector<std::int64_t> category_of{0, 1, 1};
  const Scores scores = category_scores(readout, 1, category_of, 2);
  EXPECT_EQ(scores(0, 0), 0.0);
  EXPECT_EQ(decisions(scores), std::vector<std::int64_t>{0});
}

}  // namespace
}  // namespace homolog::experiments::error_consistency_test
