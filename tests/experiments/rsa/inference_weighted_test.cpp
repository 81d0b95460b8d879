// Comparisons on weighted pairs have the values of the plain comparisons on explicitly resampled vectors.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "experiments/rsa/inference/draws.hpp"
#include "experiments/rsa/inference/resampled_comparison.hpp"
#include "experiments/rsa/inference/weighted_order.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/inference_support.hpp"

namespace homolog::experiments::inference_weighted_test {
namespace {

using Multiplicities = std::vector<std::uint32_t>;

const double kTolerance = 1e-12;  // sums of at most some thousand terms of order 1 in double
const std::vector<std::string> kWeighted = {"spearman", "spearman_squared", "pearson", "cosine",
                                            "kendall",  "kendall_tau_a",    "rho_a"};

/// Pairs of different stimuli of the resampled matrix, repeated.
std::vector<double> explicit_pairs(const Rdm& rdm, const Multiplicities& multiplicities) {
  std::vector<double> pairs;
  for (std::size_t i = 0; i < rdm.n(); ++i) {
    for (std::size_t j = i + 1; j < rdm.n(); ++j) {
      pairs.insert(pairs.end(), std::size_t{multiplicities[i]} * multiplicities[j], rdm.at(i, j));
    }
  }
  return pairs;
}

double plain(const Comparison& comparison, const std::vector<double>& x, const std::vector<double>& y) {
  return comparison.compare(on_scale(comparison.scale, x), on_scale(comparison.scale, y));
}

class WeightedForms : public testing::TestWithParam<std::string> {
 protected:
  const Comparison comparison_ = comparisons().find(GetParam());
};

TEST_P(WeightedForms, GiveTheValuesOfExplicitResampling) {
  const auto& tables = test::inference_tables();
  const std::vector<OrderedRdm> models = ordered(test::rdms_of("models", 9));
  const std::vector<OrderedRdm> subjects = ordered(test::rdms_of("subjects", 9));
  const test::Table& draws = tables.at("draws.stimuli");
  for (std::size_t b = 0; b < draws.rows; ++b) {
    const ResampledComparison resampled(comparison_, test::counts(draws, b));
    const ResampledSubjects reference(resampled, subjects, false);
    const std::vector<double> values = resampled.compare(models, reference.ready());
    const std::vector<double> expected = test::row(tables.at("values." + GetParam()), b);
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
      EXPECT_NEAR(values[k], expected[k], kTolerance) << "draw " << b << ", value " << k;
    }
  }
}

TEST_P(WeightedForms, GiveTheNoiseCeilingsOfExplicitResampling) {
  const auto& tables = test::inference_tables();
  const std::vector<OrderedRdm> subjects = ordered(test::rdms_of("subjects", 9));
  const test::Table& draws = tables.at("draws.stimuli");
  for (std::size_t b = 0; b < draws.rows; ++b) {
    const ResampledComparison resampled(comparison_, test::counts(draws, b));
    const NoiseCeiling ceiling =
        ResampledSubjects(resampled, subjects, true).ceiling(test::counts(tables.at("draws.subjects"), b));
    const std::vector<double> expected = test::row(tables.at("ceilings." + GetParam()), b);
    EXPECT_NEAR(ceiling.low, expected[0], kTolerance) << "draw " << b;
    EXPECT_NEAR(ceiling.high, expected[1], kTolerance) << "draw " << b;
  }
}

TEST_P(WeightedForms, EqualThePlainComparisonOfRepeatedPairsForRandomMultiplicities) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const std::size_t n = 3 + seed % 20;
    const int values = seed % 3 == 0 ? 2 : 50;  // many ties, and few
    const std::vector<Rdm> rdms = test::random_rdms(2, n, seed, values, values);
    const Multiplicities counts =
        multiplicities_with(3, n, {.seed = seed, .purpose = Purpose::stimuli, .draw = 3}).multiplicities;
    const ResampledComparison resampled(comparison_, counts);
    const std::vector<OrderedRdm> ordered_rdms = ordered(rdms);
    const double weighted =
        resampled.compare(resampled.ready(ordered_rdms[0]), resampled.ready(ordered_rdms[1]));
    const std::vector<double> x = explicit_pairs(rdms[0], counts);
    const std::vector<double> y = explicit_pairs(rdms[1], counts);
    const bool defined = !std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); }) &&
                         !std::all_of(y.begin(), y.end(), [&](double v) { return v == y.front(); });
    if (!defined && GetParam() != "cosine") {
      EXPECT_TRUE(std::isnan(weighted)) << "seed " << seed;
    } else {
      EXPECT_NEAR(weighted, plain(comparison_, x, y), kTolerance) << "seed " << seed;
    }
  }
}

TEST_P(WeightedForms, WithoutCopiesEqualThePlainComparison) {
  const std::vector<Rdm> rdms = test::random_rdms(2, 15, 4);
  const ResampledComparison once(comparison_, Multiplicities(15, 1));
  const std::vector<OrderedRdm> ordered_rdms = ordered(rdms);
  const auto pairs = [&](std::size_t k) {
    return std::vector<double>(rdms[k].pairs().begin(), rdms[k].pairs().end());
  };
  EXPECT_NEAR(once.compare(once.ready(ordered_rdms[0]), once.ready(ordered_rdms[1])),
              plain(comparison_, pairs(0), pairs(1)), kTolerance);
}

TEST_P(WeightedForms, OfAConstantRdmAreNotDefined) {
  const double constant = GetParam() == "cosine" ? 0.0 : 0.7;  // cosine needs no variation
  const ResampledComparison resampled(comparison_, Multiplicities{2, 1, 1, 0});
  const OrderedRdm flat(Rdm(4, std::vector<double>(6, constant)));
  const OrderedRdm steps(Rdm(4, {1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(std::isnan(resampled.compare(resampled.ready(flat), resampled.ready(steps))));
  EXPECT_TRUE(std::isnan(resampled.compare(resampled.ready(steps), resampled.ready(flat))));
}

TEST_P(WeightedForms, OfSubjectsThatAreCopiesOfOneHaveNoNoiseCeiling) {
  const std::vector<OrderedRdm> subjects = ordered(test::random_rdms(3, 6, 4));
  const ResampledComparison once(comparison_, Multiplicities(6, 1));
  const NoiseCeiling ceiling = ResampledSubjects(once, subjects, true).ceiling(Multiplicities{0, 3, 0});
  EXPECT_TRUE(std::isnan(ceiling.low));
  EXPECT_TRUE(std::isnan(ceiling.high));
}

TEST_P(WeightedForms, GiveTheNoiseCeilingOfTheWholeDataWithoutCopies) {
  const std::vector<Rdm> rdms = test::random_rdms(5, 9, 12);
  std::vector<ScaledRdm> scaled;
  for (const Rdm& rdm : rdms) {
    scaled.emplace_back(rdm, std::span<const Comparison>(&comparison_, 1));
  }
  const NoiseCeiling expected = noise_ceiling(comparison_, scaled);
  const ResampledComparison once(comparison_, Multiplicities(9, 1));
  const std::vector<OrderedRdm> subjects = ordered(rdms);
  const NoiseCeiling ceiling = ResampledSubjects(once, subjects, true).ceiling(Multiplicities(5, 1));
  EXPECT_NEAR(ceiling.low, expected.low, kTolerance);
  EXPECT_NEAR(ceiling.high, expected.high, kTolerance);
}

INSTANTIATE_TEST_SUITE_P(All, WeightedForms, testing::ValuesIn(kWeighted),
                         [](const auto& name) { return name.param; });

TEST(ResampledComparison, HasTheNoiseCeilingOfTheWholeDataForEveryComparison) {
  const std::vector<Rdm> rdms = test::random_rdms(5, 9, 12);
  const std::vector<OrderedRdm> subjects = ordered(rdms);
  for (const std::string& name : comparisons().names()) {
    const Comparison comparison = comparisons().find(name);
    std::vector<ScaledRdm> scaled;
    for (const Rdm& rdm : rdms) {
      scaled.emplace_back(rdm, std::span<const Comparison>(&comparison, 1));
    }
    const NoiseCeiling expected = noise_ceiling(comparison, scaled);
    const ResampledComparison once(comparison, Multiplicities(9, 1));
    const NoiseCeiling ceiling = ResampledSubjects(once, subjects, true).ceiling(Multiplicities(5, 1));
    ASSERT_EQ(std::isnan(ceiling.low), std::isnan(expected.low)) << name;
    if (!std::isnan(expected.low)) {
      EXPECT_NEAR(ceiling.low, expected.low, kTolerance * std::max(1.0, std::abs(expected.low))) << name;
      EXPECT_NEAR(ceiling.high, expected.high, kTolerance * std::max(1.0, std::abs(expected.high))) << name;
    }
  }
}

TEST(ResampledComparison, WithoutAWeightedFormComparesMatricesWithZerosBetweenCopies) {
  const auto& tables = test::inference_tables();
  const Comparison comparison{Scale::raw, Scale::raw, cosine_similarity};
  const std::vector<OrderedRdm> models = ordered(test::rdms_of("models", 9));
  const std::vector<OrderedRdm> subjects = ordered(test::rdms_of("subjects", 9));
  const test::Table& draws = tables.at("draws.stimuli");
  for (std::size_t b = 0; b < draws.rows; ++b) {
    const ResampledComparison resampled(comparison, test::counts(draws, b));
    const ResampledSubjects reference(resampled, subjects, false);
    const std::vector<double> values = resampled.compare(models, reference.ready());
    const std::vector<double> expected = test::row(tables.at("values.zero_copies"), b);
    for (std::size_t k = 0; k < values.size(); ++k) {
      EXPECT_NEAR(values[k], expected[k], kTolerance);
    }
  }
}

TEST(WeightedPairOrder, AgreesWithCountingEveryPairOfCopies) {
  std::mt19937 random(5);
  std::uniform_int_distribution<int> value(0, 4);
  std::uniform_int_distribution<int> copies(1, 3);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> x(13);
    std::vector<double> y(13);
    std::vector<double> weights(13);
    std::vector<double> all_x;
    std::vector<double> all_y;
    for (std::size_t k = 0; k < x.size(); ++k) {
      x[k] = value(random);
      y[k] = value(random);
      weights[k] = copies(random);
      all_x.insert(all_x.end(), static_cast<std::size_t>(weights[k]), x[k]);
      all_y.insert(all_y.end(), static_cast<std::size_t>(weights[k]), y[k]);
    }
    const std::vector<std::uint32_t> order_x = ascending_order(x);
    const std::vector<std::uint32_t> order_y = ascending_order(y);
    const WeightedPairOrder order = weighted_pair_order({x, weights, order_x}, {y, weights, order_y});
    const PairOrder expected = pair_order(all_x, all_y);
    EXPECT_EQ(order.pairs, static_cast<double>(expected.pairs));
    EXPECT_EQ(order.concordant, static_cast<double>(expected.concordant));
    EXPECT_EQ(order.discordant, static_cast<double>(expected.discordant));
    EXPECT_EQ(order.tied_x, static_cast<double>(expected.tied_x));
    EXPECT_EQ(order.tied_y, static_cast<double>(expected.tied_y));
  }
}

TEST(AscendingOrder, IsThatOfAStableSort) {
  std::mt19937 random(9);
  std::normal_distribution<double> normal(0.0, 1e3);
  std::vector<double> values = {0.0,
                                -0.0,
                                1e300,
                                -1e300,
                                1e-310,
                                -1e-310,
                                0.5,
                                -0.5,
                                0.0,
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity()};
  for (int k = 0; k < 500; ++k) {
    values.push_back(k % 3 == 0 ? std::floor(normal(random)) : normal(random));
  }
  std::vector<std::uint32_t> expected(values.size());
  std::iota(expected.begin(), expected.end(), 0U);
  std::stable_sort(expected.begin(), expected.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
  EXPECT_EQ(ascending_order(values), expected);
  EXPECT_TRUE(ascending_order({}).empty());
  EXPECT_EQ(ascending_order(std::vector<double>(3, 2.5)), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(OrderedRdm, RefusesNaN) {
  EXPECT_THROW(OrderedRdm(Rdm(3, {1.0, kNaN, 2.0})), Error);
}

}  // namespace
}  // namespace homolog::experiments::inference_weighted_test
