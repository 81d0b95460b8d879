#include "experiments/fusion/least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "experiments/fusion/sampled_units.hpp"
#include "experiments/fusion/variance_parts.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/fusion/support.hpp"

namespace homolog::experiments::least_squares_test {
namespace {

using test::kRegression;
using Vectors = std::vector<std::vector<double>>;

std::vector<double> unit(const std::vector<double>& values) {
  return unit_vector(values, std::vector<double>(values.size(), 1.0));
}

Vectors units(const std::string& name, const PairSample& sample, bool ranks) {
  Vectors all;
  for (const OrderedRdm& rdm : test::fixture_rdms(name)) {
    all.push_back(sampled_unit(rdm, sample, ranks));
  }
  return all;
}

/// Against numpy.linalg.lstsq, where pairs are repeated as often as they were drawn.
void expect_regressions(bool ranks, bool drawn) {
  const PairSample sample = test::fixture_sample(drawn);
  const SubsetRegressions got =
      regress_on_subsets(units("predictors", sample, ranks), units("subjects", sample, ranks));
  const std::string name =
      std::string("partition_") + (ranks ? "ranks" : "values") + (drawn ? "_drawn" : "_whole");
  for (std::size_t subject = 0; subject < 3; ++subject) {
    const std::vector<double> wanted = test::fixture_row(name, subject);
    const auto r_squared = std::span(got.r_squared).subspan(subject * 15, 15);
    const std::vector<double> parts = variance_parts(r_squared);
    for (std::size_t s = 0; s < 15; ++s) {
      EXPECT_NEAR(r_squared[s], wanted[s], kRegression) << name << " subset " << s + 1;
      EXPECT_NEAR(parts[s], wanted[15 + s], 16 * kRegression) << name << " part " << s + 1;  // 16 terms
    }
    for (std::size_t p = 0; p < 4; ++p) {
      EXPECT_NEAR(got.semi_partial[subject * 4 + p], wanted[30 + p], kRegression) << name;
      EXPECT_NEAR(got.partial[subject * 4 + p], wanted[34 + p], kRegression) << name;
    }
  }
  EXPECT_EQ(got.ranks, (std::vector<std::size_t>{1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4}));
}

TEST(LeastSquares, AgreesWithNumpyOnRanks) {
  expect_regressions(true, false);
}

TEST(LeastSquares, AgreesWithNumpyOnDissimilaritiesThemselves) {
  expect_regressions(false, false);
}

TEST(LeastSquares, WeighsPairsAsIfTheyWereRepeated) {
  expect_regressions(true, true);
  expect_regressions(false, true);
}

TEST(LeastSquares, OrthogonalPredictorsShareNothing) {
  const Vectors x{unit({1, 1, -1, -1}), unit({1, -1, 1, -1})};
  const std::vector<double> y = unit({3, 1, -1, -3});  // 2 x_0 + x_1: cos^2 of the angles are 4/5 and 1/5
  const SubsetRegressions got = regress_on_subsets(x, std::span(&y, 1));
  const std::vector<double> parts = variance_parts(got.r_squared);
  // A few roundings of numbers of size 1.
  EXPECT_NEAR(parts[0], 0.8, 1e-15);
  EXPECT_NEAR(parts[1], 0.2, 1e-15);
  EXPECT_NEAR(parts[2], 0.0, 1e-15);
  EXPECT_NEAR(got.semi_partial[0], std::sqrt(0.8), 1e-15);
  // Nothing is left of the response but the predictor.
  EXPECT_NEAR(got.partial[0], 1.0, 1e-15);
}

TEST(LeastSquares, EqualPredictorsHaveNoUniquePartAndShareAll) {
  const std::vector<double> x = unit({1, 5, 2, 4, 3, 6});
  const std::vector<double> y = unit({2, 5, 1, 3, 4, 6});
  const Vectors twice{x, x};
  const SubsetRegressions got = regress_on_subsets(twice, std::span(&y, 1));
  const std::vector<double> parts = variance_parts(got.r_squared);
  const double r = std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
  EXPECT_EQ(got.ranks, (std::vector<std::size_t>{1, 1, 1}));
  EXPECT_NEAR(parts[0], 0.0, 1e-15);
  EXPECT_NEAR(parts[1], 0.0, 1e-15);
  EXPECT_NEAR(parts[2], r * r, 1e-15);
  EXPECT_EQ(got.semi_partial, (std::vector<double>{0.0, 0.0}));
  EXPECT_EQ(got.partial, (std::vector<double>{0.0, 0.0}));
}

TEST(LeastSquares, APredictorThatIsASumOfOthersAddsNothingToThem) {
  const std::vector<double> a{1, 5, 2, 4, 3, 6, 0}, b{2, 2, 1, 0, 7, 3, 5};
  std::vector<double> sum(a.size());
  for (std::size_t k = 0; k < sum.size(); ++k) {
    sum[k] = a[k] + 3.0 * b[k] - 4.0;
  }
  const std::vector<double> y = unit({2, 5, 1, 3, 4, 6, 0});
  const SubsetRegressions got = regress_on_subsets(Vectors{unit(a), unit(b), unit(sum)}, std::span(&y, 1));
  EXPECT_EQ(got.ranks, (std::vector<std::size_t>{1, 1, 2, 1, 2, 2, 2}));
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_EQ(got.semi_partial[p], 0.0);
    EXPECT_EQ(got.partial[p], 0.0);
  }
  for (const std::size_t pair : {2U, 4U, 5U}) {
    EXPECT_NEAR(got.r_squared[pair], got.r_squared[6], 1e-14);  // all three span the same plane
  }
}

TEST(LeastSquares, ConstantPredictorsExplainNothingAndConstantResponsesAreUndefined) {
  const Vectors x{unit({1, 2, 3, 5}), unit({7, 7, 7, 7})};
  const Vectors y{unit({1, 2, 2, 4}), unit({1, 1, 1, 1})};
  const SubsetRegressions got = regress_on_subsets(x, y);
  EXPECT_EQ(got.ranks, (std::vector<std::size_t>{1, 0, 1}));
  EXPECT_GT(got.r_squared[0], 0.9);
  EXPECT_EQ(got.r_squared[1], 0.0);
  EXPECT_NEAR(got.r_squared[2], got.r_squared[0], 1e-15);
  EXPECT_EQ(got.semi_partial[1], 0.0);
  EXPECT_EQ(got.partial[1], 0.0);
  for (std::size_t s = 3; s < 6; ++s) {
    EXPECT_TRUE(std::isnan(got.r_squared[s]));
  }
  EXPECT_TRUE(std::isnan(got.semi_partial[2]) && std::isnan(got.partial[2]));
}

TEST(LeastSquares, PartialCorrelationIsUndefinedWhereOthersExplainEverything) {
  const Vectors x{unit({1, 2, 3, 5}), unit({4, 1, 1, 0})};
  const std::vector<double> y = unit({10, 20, 30, 50});
  const SubsetRegressions got = regress_on_subsets(x, std::span(&y, 1));
  EXPECT_TRUE(std::isnan(got.partial[1]));
  EXPECT_NEAR(got.semi_partial[1], 0.0, 1e-15);
  EXPECT_NEAR(got.partial[0], 1.0, 1e-15);
}

TEST(LeastSquares, MorePredictorsThanPairsExplainAll) {
  const Vectors x{unit({1, 2, 4}), unit({1, 0, 5}), unit({2, 0, 1}), unit({3, 1, 1})};
  const std::vector<double> y = unit({2, 3, 1});
  const SubsetRegressions got = regress_on_subsets(x, std::span(&y, 1));
  EXPECT_EQ(got.ranks.back(), 2U);  // three values without their mean
  EXPECT_NEAR(got.r_squared.back(), 1.0, 1e-14);
  EXPECT_EQ(got.semi_partial[0], 0.0);
  EXPECT_TRUE(std::isnan(got.partial[0]));
}

TEST(LeastSquares, NearlyEqualPredictorsKeepTheirDigits) {
  // x_1 = x_0 + 1e-7 z, z orthogonal to x_0, and y along z: R^2 of both is 1 although each alone explains
  // almost nothing. Products of predictors would lose all digits (1e-14 of 1).
  const std::vector<double> x0{1, 1, -1, -1};
  const std::vector<double> x1{1 + 1e-7, 1 - 1e-7, -1 + 1e-7, -1 - 1e-7};
  const std::vector<double> y = unit({1, -1, 1, -1});
  const SubsetRegressions got = regress_on_subsets(Vectors{unit(x0), unit(x1)}, std::span(&y, 1));
  EXPECT_EQ(got.ranks.back(), 2U);
  EXPECT_NEAR(got.r_squared.back(), 1.0, 1e-8);  // rounding of 1e-16 in 1e-7
}

TEST(UnitVector, SurvivesVeryLargeAndVerySmallValues) {
  for (const double scale : {1e-300, 1e300}) {
    const std::vector<double> got = unit({1.0 * scale, 2.0 * scale, 4.0 * scale});
    const std::vector<double> wanted = unit({1, 2, 4});
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(got[k], wanted[k], 1e-15);
    }
  }
}

TEST(VarianceParts, AddUpToWhatAllExplain) {
  const std::vector<double> r_squared{0.3, 0.2, 0.4, 0.25, 0.5, 0.35, 0.55};
  const std::vector<double> parts = variance_parts(r_squared);
  EXPECT_NEAR(std::accumulate(parts.begin(), parts.end(), 0.0), 0.55, 1e-15);
  EXPECT_NEAR(parts[0], 0.55 - 0.35, 1e-15);
  EXPECT_NEAR(parts[2], 0.5 + 0.35 - 0.25 - 0.55, 1e-15);  // of 0 and 1, not 2
}

TEST(AdjustedRSquared, CountsTheDegreesOfFreedom) {
  EXPECT_NEAR(adjusted_r_squared(0.5, 11, 2), 1.0 - 0.5 * 10.0 / 8.0, 1e-15);
  EXPECT_TRUE(std::isnan(adjusted_r_squared(1.0, 3, 2)));
}

TEST(LeastSquares, RefusesNoPredictors) {
  const std::vector<double> y = unit({1, 2, 3});
  EXPECT_THROW(static_cast<void>(regress_on_subsets({}, std::span(&y, 1))), Error);
}

}  // namespace
}  // namespace homolog::experiments::least_squares_test
