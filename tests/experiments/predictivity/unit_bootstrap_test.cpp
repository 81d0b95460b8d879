#include "experiments/predictivity/unit_bootstrap.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <vector>

#include "sim/core/nan.hpp"
#include "tests/experiments/predictivity/support.hpp"

namespace homolog::experiments::unit_bootstrap_test {
namespace {

using Values = std::vector<std::vector<double>>;

/// Of the fixtures: four splits, eleven units, one of them without any value.
Values fixture_values() {
  const Eigen::MatrixXd values = test::read_matrices("tests/experiments/predictivity").at("units.values");
  Values splits(static_cast<std::size_t>(values.rows()));
  for (std::size_t s = 0; s < splits.size(); ++s) {
    for (Eigen::Index u = 0; u < values.cols(); ++u) {
      splits[s].push_back(values(static_cast<Eigen::Index>(s), u));
    }
  }
  return splits;
}

TEST(ScoreOverUnits, HasTheErrorOfExplicitDraws) {
  const Estimate got = score_over_units(fixture_values(), {.samples = 60, .level = 0.9, .seed = 5});
  const Eigen::MatrixXd expected = test::read_matrices("tests/experiments/predictivity").at("units.score");
  // Means of four medians and the variance of 60 of them: some hundred roundings of 1e-16.
  EXPECT_NEAR(got.value, expected(0, 0), 1e-14);
  EXPECT_NEAR(got.standard_error, expected(0, 1), 1e-13);
  EXPECT_NEAR(got.ci_low, expected(0, 2), 1e-12);
  EXPECT_NEAR(got.ci_high, expected(0, 3), 1e-12);
}

TEST(ScoreOverUnits, IsTheSameForAnyNumberOfThreads) {
  const auto error = [](int threads) {
    tbb::task_arena arena(threads);
    return arena.execute([] { return score_over_units(fixture_values(), {.samples = 200}).standard_error; });
  };
  EXPECT_EQ(error(1), error(4));
}

// The standard error of a median of n is 1 / (2 f sqrt(n)) for large n, f the density there.
TEST(ScoreOverUnits, FindsTheErrorOfAMedian) {
  std::vector<double> split;
  constexpr int kUnits = 1001;
  for (int u = 0; u < kUnits; ++u) {
    // Quantiles of the logistic distribution: density at the median 1 / 4, so that the error is 2 / sqrt(n).
    const double p = (u + 0.5) / kUnits;
    split.push_back(std::log(p / (1.0 - p)));
  }
  const Estimate got = score_over_units({split}, {.samples = 4000});
  EXPECT_NEAR(got.value, 0.0, 1e-12);
  // 4,000 draws know a standard error to 1.1 %; four times that, and 2 % for the finite n.
  EXPECT_NEAR(got.standard_error, 2.0 / std::sqrt(double{kUnits}), 0.065 * 2.0 / std::sqrt(double{kUnits}));
}

TEST(ScoreOverUnits, OfEqualUnitsIsCertain) {
  const Estimate got = score_over_units({{0.5, 0.5, 0.5}, {0.5, kNaN, 0.5}}, {.samples = 50});
  EXPECT_EQ(got.value, 0.5);
  EXPECT_EQ(got.standard_error, 0.0);
  EXPECT_EQ(got.ci_low, 0.5);
}

TEST(ScoreOverUnits, IsUndefinedWithoutTwoUnitsOrWhenItIsNotWanted) {
  const std::vector<Values> without{{{0.5, kNaN}}, {{kNaN, kNaN}}, {{}}, {}};
  for (const Values& values : without) {
    EXPECT_TRUE(std::isnan(score_over_units(values, {}).standard_error));
    EXPECT_TRUE(std::isnan(score_over_units(values, {}).ci_low));
  }
  EXPECT_EQ(score_over_units({{0.5, kNaN}}, {}).value, 0.5);
  EXPECT_TRUE(std::isnan(score_over_units({{0.5, 0.25}}, {.units = false}).ci_high));
}

}  // namespace
}  // namespace homolog::experiments::unit_bootstrap_test
