#include "experiments/rsa/inference/permutation.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sim/core/error.hpp"
#include "tests/experiments/rsa/inference_support.hpp"

namespace homolog::experiments::inference_permutation_test {
namespace {

constexpr std::uint64_t kSeed = (std::uint64_t{1} << 40U) + 7;  // of the fixtures
const double kTolerance = 1e-12;                                // means of 60 values of order 1

class Permutation : public testing::TestWithParam<std::string> {};

TEST_P(Permutation, AgreesWithPermutedMatricesInNumpy) {
  const std::vector<OrderedRdm> models = ordered(test::rdms_of("models", 9));
  const std::vector<OrderedRdm> subjects = ordered(test::rdms_of("subjects", 9));
  const std::vector<PermutationTest> tests =
      permutation_test(comparisons().find(GetParam()), models, subjects, {.samples = 60, .seed = kSeed});
  const test::Table& expected = test::inference_tables().at("permutation." + GetParam());
  for (std::size_t m = 0; m < tests.size(); ++m) {
    const std::vector<double> row = test::row(expected, m);
    EXPECT_NEAR(tests[m].value, row[0], kTolerance);
    EXPECT_DOUBLE_EQ(tests[m].p, row[1]);
    EXPECT_NEAR(tests[m].null_mean, row[2], kTolerance);
    EXPECT_NEAR(tests[m].null_sd, row[3], kTolerance);
  }
}

TEST_P(Permutation, DoesNotDependOnThreads) {
  const Comparison comparison = comparisons().find(GetParam());
  const std::vector<OrderedRdm> models = ordered(test::random_rdms(9, 8, 1));
  const std::vector<OrderedRdm> subjects = ordered(test::random_rdms(3, 8, 2));
  std::vector<std::vector<PermutationTest>> results;
  for (const int threads : {1, 2}) {
    tbb::task_arena arena(threads);
    arena.execute(
        [&] { results.push_back(permutation_test(comparison, models, subjects, {.samples = 130})); });
  }
  for (std::size_t m = 0; m < models.size(); ++m) {
    EXPECT_EQ(results[0][m].p, results[1][m].p);
    EXPECT_EQ(results[0][m].null_sd, results[1][m].null_sd);
  }
}

TEST_P(Permutation, OfAConstantModelIsNotDefined) {
  const std::vector<OrderedRdm> flat = ordered(std::vector<Rdm>{Rdm(6)});
  const std::vector<OrderedRdm> subjects = ordered(test::random_rdms(2, 6, 2));
  const PermutationTest test =
      permutation_test(comparisons().find(GetParam()), flat, subjects, {.samples = 20}).front();
  EXPECT_TRUE(std::isnan(test.value));
  EXPECT_TRUE(std::isnan(test.p));
}

INSTANTIATE_TEST_SUITE_P(All, Permutation,
                         testing::Values("spearman", "spearman_squared", "pearson", "cosine", "kendall",
                                         "kendall_tau_a"),
                         [](const auto& name) { return name.param; });

TEST(PermutationTest, OfAComparisonWithoutWeightedFormIsTheSame) {
  const std::vector<OrderedRdm> models = ordered(test::random_rdms(2, 7, 1));
  const std::vector<OrderedRdm> subjects = ordered(test::random_rdms(3, 7, 2));
  Comparison comparison = comparisons().find("pearson");
  const auto with = permutation_test(comparison, models, subjects, {.samples = 50});
  comparison.weighted.reset();
  const auto without = permutation_test(comparison, models, subjects, {.samples = 50});
  for (std::size_t m = 0; m < models.size(); ++m) {
    EXPECT_EQ(with[m].p, without[m].p);
    EXPECT_NEAR(with[m].null_sd, without[m].null_sd, kTolerance);
  }
}

TEST(PermutationTest, HasUniformPUnderTheNull) {
  // Model and subject have nothing in common: p is uniform on 1/20, 2/20, ..., 1.
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  const auto independent = [&] {
    std::vector<double> pairs(Rdm::pair_count(8));
    std::generate(pairs.begin(), pairs.end(), [&] { return normal(random); });
    return std::vector<OrderedRdm>{OrderedRdm(Rdm(8, pairs))};
  };
  const Comparison comparison = comparisons().find("spearman");
  const int trials = 1000;
  std::vector<int> counts(20, 0);
  for (int k = 0; k < trials; ++k) {
    const double p = permutation_test(comparison, independent(), independent(),
                                      {.samples = 19, .seed = static_cast<std::uint64_t>(k)})
                         .front()
                         .p;
    ++counts[static_cast<std::size_t>(std::lround(20.0 * p)) - 1];
  }
  double chi_squared = 0.0;
  for (const int count : counts) {
    chi_squared += (count - 50.0) * (count - 50.0) / 50.0;
  }
  EXPECT_LT(chi_squared, 43.8);  // the 0.999 quantile with 19 degrees of freedom
}

TEST(PermutationTest, OfThreeStimuliCountsPermutationsThatReachTheValue) {
  // The model's three dissimilarities are the subject's: of six permutations one reaches 1.
  const std::vector<OrderedRdm> rdm = ordered(std::vector<Rdm>{Rdm(3, {1.0, 2.0, 4.0})});
  const PermutationTest test =
      permutation_test(comparisons().find("pearson"), rdm, rdm, {.samples = 6000}).front();
  EXPECT_NEAR(test.p, 1.0 / 6.0, 4.0 * std::sqrt(5.0 / 36.0 / 6000.0));  // 4 standard errors
}

TEST(PermutationTest, RefusesWhatCannotBeTested) {
  const Comparison comparison = comparisons().find("spearman");
  const std::vector<OrderedRdm> rdms = ordered(test::random_rdms(2, 6, 1));
  const std::vector<OrderedRdm> two = ordered(test::random_rdms(2, 2, 1));
  EXPECT_THROW(static_cast<void>(permutation_test(comparison, rdms, rdms, {.samples = 0})), Error);
  EXPECT_THROW(static_cast<void>(permutation_test(comparison, rdms, rdms, {.samples = 2'000'000})), Error);
  EXPECT_THROW(static_cast<void>(permutation_test(comparison, two, two, {})), Error);
  EXPECT_THROW(static_cast<void>(permutation_test(comparison, rdms, two, {})), Error);
  EXPECT_THROW(static_cast<void>(permutation_test(comparison, {}, rdms, {})), Error);
}

}  // namespace
}  // namespace homolog::experiments::inference_permutation_test
