#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "experiments/rsa/centred_kernel.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/noise_ceiling.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::kernel_comparison_test {
namespace {

// Eigenvalues of 12 x 12 matrices with a condition number of some hundreds; minima to 1e-14 of the square.
constexpr double kTolerance = 1e-10;

double compare_vectors(const std::string& name, const std::vector<double>& x, const std::vector<double>& y) {
  const Comparison comparison = comparisons().find(name);
  return comparison.compare(on_scale(comparison.scale, x), on_scale(comparison.scale, y));
}

std::vector<double> times(double factor, std::vector<double> values) {
  for (double& value : values) {
    value *= factor;
  }
  return values;
}

TEST(PatternCount, IsTheNumberWithSoManyPairs) {
  EXPECT_EQ(pattern_count(0), 1U);
  EXPECT_EQ(pattern_count(1), 2U);
  EXPECT_EQ(pattern_count(66), 12U);
  EXPECT_EQ(pattern_count(49995000), 10000U);
  EXPECT_THROW(static_cast<void>(pattern_count(4)), Error);
}

TEST(CentredKernel, OfDistancesOnALineIsTheProductOfCentredPositions) {
  // Positions 0, 1, 5, mean 2; squared distances 1, 25, 16.
  const Eigen::MatrixXd kernel = centred_kernel(std::vector<double>{1.0, 25.0, 16.0});
  const Eigen::Vector3d position(-2.0, -1.0, 3.0);
  EXPECT_LT((kernel - position * position.transpose()).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(KernelFixtures, AgreeWithNumpyOnSquaredEuclideanDistances) {
  const auto tables = test::read_tables("fixtures.txt");
  for (const std::string& name : comparisons().names()) {
    EXPECT_NEAR(compare_vectors(name, tables.at("kernel.d").values, tables.at("kernel.e").values),
                tables.at("kernel." + name + ".de").values[0], kTolerance)
        << name;
  }
}

TEST(KernelComparisons, AreThoseOfThePatternsThemselves) {
  const auto tables = test::read_tables("fixtures.txt");
  for (const std::string name : {"linear_cka", "linear_cka_unbiased", "bures", "negative_bures_metric"}) {
    EXPECT_NEAR(compare_vectors(name, tables.at("kernel.d").values, tables.at("kernel.e").values),
                tables.at("patterns." + name + ".de").values[0], kTolerance)
        << name;
  }
}

TEST(KernelComparisons, HaveNoiseCeilingsOfEuclideanRdms) {
  const auto tables = test::read_tables("fixtures.txt");
  const test::Table& table = tables.at("kernel.subjects");
  for (const std::string name :
       {"bures", "negative_bures_metric", "negative_riemannian", "linear_cka_unbiased"}) {
    const Comparison comparison = comparisons().find(name);
    std::vector<ScaledRdm> subjects;
    for (std::size_t s = 0; s < table.rows; ++s) {
      const auto first = table.values.begin() + static_cast<std::ptrdiff_t>(s * table.columns);
      subjects.emplace_back(Rdm(12, {first, first + static_cast<std::ptrdiff_t>(table.columns)}),
                            std::span<const Comparison>(&comparison, 1));
    }
    const NoiseCeiling ceiling = noise_ceiling(comparison, subjects);
    EXPECT_NEAR(ceiling.low, tables.at("kernel.ceiling." + name).values[0], kTolerance) << name;
    EXPECT_NEAR(ceiling.high, tables.at("kernel.ceiling." + name).values[1], kTolerance) << name;
  }
}

TEST(KernelComparisons, DoNotNoticeAFactorExceptTheBuresMetric) {
  const auto tables = test::read_tables("fixtures.txt");
  const std::vector<double>& d = tables.at("kernel.d").values;
  const std::vector<double>& e = tables.at("kernel.e").values;
  for (const std::string name : {"whitened_cosine", "whitened_pearson", "linear_cka", "linear_cka_unbiased",
                                 "bures", "negative_riemannian"}) {
    for (const double factor : {1e-6, 3.0, 1e6}) {
      EXPECT_NEAR(compare_vectors(name, times(factor, d), e), compare_vectors(name, d, e), kTolerance)
          << name;
    }
  }
  // Of d and c d: tr K (1 + c - 2 sqrt c).
  const double trace = std::accumulate(d.begin(), d.end(), 0.0) / 12.0;
  EXPECT_NEAR(compare_vectors("negative_bures_metric", times(4.0, d), d), -trace, kTolerance * trace);
}

TEST(NegativeRiemannian, FitsTheNoiseOfTheSecondRdm) {
  // Independent noise of variance v in all patterns adds 2 v to every squared distance.
  const std::vector<double> d = test::read_tables("fixtures.txt").at("kernel.d").values;
  std::vector<double> noisy = d;
  for (double& value : noisy) {
    value = 5.0 * (value + 2.0 * 0.3);
  }
  // At 0 the distance is proportional to the error of the fitted logarithm, which is 1e-7.
  EXPECT_NEAR(compare_vectors("negative_riemannian", d, noisy), 0.0, 1e-6);
  EXPECT_LT(compare_vectors("negative_riemannian", noisy, d), -0.1);  // noise is never taken away
}

TEST(NegativeRiemannian, IsNotDefinedIfTheSecondKernelIsSingular) {
  const std::vector<double> line = {1.0, 25.0, 4.0, 16.0, 1.0, 9.0};  // four positions on a line
  const std::vector<double> simplex(6, 1.0);
  EXPECT_TRUE(std::isnan(compare_vectors("negative_riemannian", simplex, line)));
  EXPECT_FALSE(std::isnan(compare_vectors("negative_riemannian", line, simplex)));
}

TEST(Bures, IgnoresNegativeEigenvalues) {
  // 0 - 1 - 0 with a fourth point: the triangle inequality is broken, so a kernel has a negative eigenvalue.
  const std::vector<double> broken = {1.0, 1.0, 16.0, 1.0, 1.0, 1.0};
  EXPECT_NEAR(compare_vectors("bures", broken, broken), 1.0, 1e-14);
  EXPECT_NEAR(compare_vectors("negative_bures_metric", broken, broken), 0.0, 1e-13);
}

TEST(Bures, OfRdmsWithNoPositiveEigenvalueIsNotDefined) {
  const std::vector<double> negative(6, -1.0);
  const std::vector<double> simplex(6, 1.0);
  EXPECT_TRUE(std::isnan(compare_vectors("bures", negative, simplex)));
  EXPECT_TRUE(std::isnan(compare_vectors("negative_bures_metric", simplex, negative)));
}

TEST(LinearCkaUnbiased, NeedsFourPatterns) {
  EXPECT_TRUE(std::isnan(compare_vectors("linear_cka_unbiased", {1, 2, 3}, {1, 3, 2})));
}

TEST(LinearCka, OfEqualDistancesIsDefined) {
  EXPECT_NEAR(compare_vectors("linear_cka", std::vector<double>(6, 0.7), std::vector<double>(6, 2.0)), 1.0,
              1e-14);
}

TEST(SmallRdms, OfFewerThanThreePatternsIsDefinedOrNaNWithoutAnError) {
  for (const std::string& name : comparisons().names()) {
    for (const std::vector<double>& pairs : {std::vector<double>{}, std::vector<double>{1.0}}) {
      const double value = compare_vectors(name, pairs, pairs);
      EXPECT_TRUE(std::isnan(value) || value <= 1.0 + 1e-12) << name;
    }
  }
}

}  // namespace
}  // namespace homolog::experiments::kernel_comparison_test
