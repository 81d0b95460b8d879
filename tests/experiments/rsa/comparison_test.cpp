#include "experiments/rsa/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "experiments/rsa/noise_ceiling.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::comparison_test {
namespace {

constexpr std::size_t kPatterns = 12;  // of the 66 pairs in the fixtures
const double kTolerance = 1e-11;       // sums of 66 terms, and 12 x 12 matrices, in double

std::vector<ScaledRdm> scaled(const Comparison& comparison, const test::Table& table) {
  std::vector<ScaledRdm> rdms;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const auto first = table.values.begin() + static_cast<std::ptrdiff_t>(row * table.columns);
    const std::vector<double> pairs(first, first + static_cast<std::ptrdiff_t>(table.columns));
    rdms.emplace_back(Rdm(kPatterns, pairs), std::span<const Comparison>(&comparison, 1));
  }
  return rdms;
}

double compare_vectors(const std::string& name, const std::vector<double>& x, const std::vector<double>& y) {
  const Comparison comparison = comparisons().find(name);
  return comparison.compare(on_scale(comparison.scale, x), on_scale(comparison.scale, y));
}

class EveryComparison : public testing::TestWithParam<std::string> {};

TEST_P(EveryComparison, AgreesWithScipyWithAndWithoutTies) {
  const auto tables = test::read_tables("fixtures.txt");
  for (const std::string pair : {"xy", "xz", "zy"}) {
    const double value =
        compare_vectors(GetParam(), tables.at(pair.substr(0, 1)).values, tables.at(pair.substr(1, 1)).values);
    const std::string expected = GetParam() + "." + pair;
    if (tables.count(expected) > 0) {
      EXPECT_NEAR(value, tables.at(expected).values[0], kTolerance) << pair;
    } else {  // negative_riemannian: these RDMs are no distances
      EXPECT_TRUE(std::isnan(value)) << expected;
    }
  }
}

TEST_P(EveryComparison, OfAnRdmWithItselfIsTheGreatestValue) {
  const bool is_distance = GetParam().rfind("negative_", 0) == 0;
  const std::vector<double> d = test::read_tables("fixtures.txt").at("kernel.d").values;  // without ties
  EXPECT_NEAR(compare_vectors(GetParam(), d, d), is_distance ? 0.0 : 1.0, kTolerance);
}

TEST_P(EveryComparison, IsSymmetric) {
  if (GetParam() == "negative_riemannian") {
    return;  // noise is added to the first RDM only
  }
  const auto tables = test::read_tables("fixtures.txt");
  const std::vector<double>& x = tables.at("x").values;
  const std::vector<double>& y = tables.at("y").values;
  EXPECT_NEAR(compare_vectors(GetParam(), x, y), compare_vectors(GetParam(), y, x), kTolerance);
}

TEST_P(EveryComparison, WithAConstantRdmIsNotDefined) {
  // Where the zero point has a meaning equal distances are an RDM like others (a simplex), zeros are not; of
  // the unbiased kernel nothing is left in both cases.
  const std::set<std::string> ratio = {"cosine", "whitened_cosine",       "linear_cka",
                                       "bures",  "negative_bures_metric", "negative_riemannian"};
  const double constant = ratio.count(GetParam()) > 0 ? 0.0 : 0.7;
  const std::vector<double> flat(10, constant);
  const std::vector<double> steps = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_TRUE(std::isnan(compare_vectors(GetParam(), flat, steps)));
  EXPECT_TRUE(std::isnan(compare_vectors(GetParam(), steps, flat)));
  EXPECT_TRUE(std::isnan(compare_vectors(GetParam(), flat, flat)));
}

TEST_P(EveryComparison, RefusesNaN) {
  EXPECT_THROW(static_cast<void>(compare_vectors(GetParam(), {1, kNaN, 3}, {1, 2, 3})), Error);
}

TEST_P(EveryComparison, GivesTheNoiseCeilingOfItsDefinition) {
  const auto tables = test::read_tables("fixtures.txt");
  const Comparison comparison = comparisons().find(GetParam());
  const NoiseCeiling ceiling = noise_ceiling(comparison, scaled(comparison, tables.at("subjects")));
  if (tables.count("ceiling." + GetParam()) == 0) {
    EXPECT_TRUE(std::isnan(ceiling.low) && std::isnan(ceiling.high));
    return;  // not defined for RDMs that are no distances; kernel_comparison_test.cpp has some that are
  }
  const test::Table& expected = tables.at("ceiling." + GetParam());
  EXPECT_NEAR(ceiling.low, expected.values[0], kTolerance);
  EXPECT_NEAR(ceiling.high, expected.values[1], kTolerance);
}

TEST_P(EveryComparison, WithSeveralSubjectsIsTheMeanOverSubjects) {
  const auto tables = test::read_tables("fixtures.txt");
  const Comparison comparison = comparisons().find(GetParam());
  const double value = compare(comparison, scaled(comparison, tables.at("z")).front(),
                               scaled(comparison, tables.at("subjects")));
  if (tables.count("model." + GetParam()) == 0) {
    EXPECT_TRUE(std::isnan(value));
  } else {
    EXPECT_NEAR(value, tables.at("model." + GetParam()).values[0], kTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryComparison, testing::ValuesIn(comparisons().names()),
                         [](const auto& name) { return name.param; });

TEST(NoiseCeiling, OfOneSubjectIsNotDefined) {
  const Comparison comparison = comparisons().find("spearman");
  const std::vector<ScaledRdm> one = {
      ScaledRdm(Rdm(3, {1, 2, 3}), std::span<const Comparison>(&comparison, 1))};
  EXPECT_TRUE(std::isnan(noise_ceiling(comparison, one).low));
  EXPECT_TRUE(std::isnan(noise_ceiling(comparison, one).high));
}

TEST(NoiseCeiling, OfEqualSubjectsIsOne) {
  const Comparison comparison = comparisons().find("spearman");
  const ScaledRdm subject(Rdm(3, {1, 2, 3}), std::span<const Comparison>(&comparison, 1));
  const std::vector<ScaledRdm> subjects(4, subject);
  EXPECT_DOUBLE_EQ(noise_ceiling(comparison, subjects).low, 1.0);
  EXPECT_DOUBLE_EQ(noise_ceiling(comparison, subjects).high, 1.0);
}

TEST(ScaledRdm, RefusesAScaleThatWasNotPrepared) {
  const Comparison comparison = comparisons().find("spearman");
  const ScaledRdm rdm(Rdm(3, {1, 2, 3}), std::span<const Comparison>(&comparison, 1));
  EXPECT_THROW(static_cast<void>(rdm.on(Scale::interval)), Error);
}

TEST(MidRanks, AgreeWithScipy) {
  const auto tables = test::read_tables("fixtures.txt");
  for (const std::string name : {"x", "y", "z"}) {
    EXPECT_EQ(mid_ranks(tables.at(name).values), tables.at("ranks." + name).values);  // halves are exact
  }
}

TEST(MidRanks, OfNothingAreNothing) {
  EXPECT_TRUE(mid_ranks({}).empty());
}

TEST(PairOrder, AgreesWithCountingEveryPair) {
  std::mt19937 random(11);
  for (const int m : {0, 1, 2, 3, 17, 64, 65, 200}) {
    for (const int values : {1, 2, 5, 1000}) {  // from all tied to hardly any tie
      std::uniform_int_distribution<int> draw(1, values);
      std::vector<double> x;
      std::vector<double> y;
      for (int k = 0; k < m; ++k) {
        x.push_back(draw(random));
        y.push_back(draw(random));
      }
      PairOrder expected;
      for (std::size_t k = 0; k < x.size(); ++k) {
        for (std::size_t l = k + 1; l < x.size(); ++l) {
          const double product = (x[k] - x[l]) * (y[k] - y[l]);
          ++expected.pairs;
          expected.concordant += product > 0 ? 1 : 0;
          expected.discordant += product < 0 ? 1 : 0;
          expected.tied_x += x[k] == x[l] ? 1 : 0;
          expected.tied_y += y[k] == y[l] ? 1 : 0;
        }
      }
      const PairOrder order = pair_order(x, y);
      EXPECT_EQ(order.pairs, expected.pairs);
      EXPECT_EQ(order.concordant, expected.concordant) << m << " observations, " << values << " values";
      EXPECT_EQ(order.discordant, expected.discordant);
      EXPECT_EQ(order.tied_x, expected.tied_x);
      EXPECT_EQ(order.tied_y, expected.tied_y);
    }
  }
}

TEST(Pearson, IsAccurateFarFromTheOrigin) {
  // Multiples of 1/8 about 2^40 are exact: the same numbers as about 0.
  const std::vector<double> x = {0.0, 0.125, 0.5, 0.25};
  const std::vector<double> y = {1.0, 3.0, 2.0, 5.0};
  std::vector<double> far = x;
  for (double& value : far) {
    value += 1099511627776.0;
  }
  EXPECT_NEAR(pearson_correlation(far, y), pearson_correlation(x, y), 1e-12);
}

}  // namespace
}  // namespace homolog::experiments::comparison_test
