#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/whitened_products.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::repetitions_test {
namespace {

// Relative to the largest dissimilarity: matrices of 30 x 30 with condition numbers up to some thousands.
constexpr double kTolerance = 1e-10;

/// Patterns in memory, values [repetitions, count, units].
class RepeatedPatterns final : public Patterns {
 public:
  RepeatedPatterns(std::int64_t repetitions, std::int64_t count, std::vector<float> values)
      : repetitions_(repetitions),
        count_(count),
        all_("test", repetitions * count, static_cast<std::int64_t>(values.size()) / (repetitions * count),
             values) {}
  [[nodiscard]] std::int64_t count() const override { return count_; }
  [[nodiscard]] std::int64_t units() const override { return all_.units(); }
  [[nodiscard]] std::int64_t repetitions() const override { return repetitions_; }
  [[nodiscard]] std::vector<float> read(std::int64_t first, std::int64_t last) const override {
    return all_.read(first, last);
  }
  [[nodiscard]] std::string name() const override { return all_.name(); }

 private:
  std::int64_t repetitions_;
  std::int64_t count_;
  MatrixPatterns all_;
};

RepeatedPatterns patterns_of(const test::Table& table, std::int64_t repetitions) {
  return {repetitions, static_cast<std::int64_t>(table.rows) / repetitions, test::as_float(table.values)};
}

/// Units with means of their own and noise in all repetitions.
RepeatedPatterns noisy(std::int64_t repetitions, std::int64_t count, std::int64_t units, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> signal(static_cast<std::size_t>(count * units));
  std::generate(signal.begin(), signal.end(), [&] { return 3.0F + normal(random); });
  std::vector<float> values;
  for (std::int64_t k = 0; k < repetitions; ++k) {
    for (const float value : signal) {
      values.push_back(std::max(value + normal(random), 0.0F));
    }
  }
  return {repetitions, count, std::move(values)};
}

Rdm compute(const std::string& name, const Patterns& patterns, const DissimilarityOptions& options = {}) {
  return dissimilarities().find(name)(patterns, options).rdm;
}

std::string message_of(const std::string& name, const Patterns& patterns, NoiseCovariance noise,
                       ErrorKind kind = ErrorKind::data) {
  try {
    static_cast<void>(compute(name, patterns, {.noise = noise}));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

void expect_near(const Rdm& rdm, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(rdm.pairs().size(), expected.size());
  double largest = 0.0;
  for (const double value : expected) {
    largest = std::max(largest, std::abs(value));
  }
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(rdm.pairs()[k], expected[k], tolerance * largest) << what << ", pair " << k;
  }
}

std::vector<double> values_of(const Rdm& rdm) {
  return {rdm.pairs().begin(), rdm.pairs().end()};
}

TEST(NoiseCovarianceEstimates, GiveTheDistancesOfTheWholeMatrixInverted) {
  const auto tables = test::read_tables("fixtures.txt");
  const Registry<NoiseCovariance> estimates = noise_covariances();
  for (const auto& [data, repetitions] : {std::pair<std::string, int>{"wide", 3}, {"narrow", 4}}) {
    const RepeatedPatterns patterns = patterns_of(tables.at("repeated." + data), repetitions);
    for (const std::string measure : {"mahalanobis", "crossnobis"}) {
      for (const std::string& estimate : estimates.names()) {
        const auto expected = tables.find("repeated." + data + "." + measure + "." + estimate);
        if (expected == tables.end()) {
          continue;  // full of more units than degrees of freedom
        }
        for (const std::int64_t block : {1, 8, 512}) {
          expect_near(compute(measure, patterns, {.block_units = block, .noise = estimates.find(estimate)}),
                      expected->second.values, kTolerance, expected->first);
        }
      }
    }
  }
}

TEST(Poisson, AgreesWithNumpyWithRepetitions) {
  const auto tables = test::read_tables("fixtures.txt");
  const RepeatedPatterns patterns = patterns_of(tables.at("repeated.counts"), 3);
  for (const std::string name : {"poisson", "poisson_cv", "correlation", "cosine", "euclidean"}) {
    expect_near(compute(name, patterns), tables.at("repeated.counts." + name).values, 1e-13, name);
  }
}

TEST(PoissonCv, IsTheMeanOverAllFoldsAndNotTheLastOne) {
  const auto tables = test::read_tables("fixtures.txt");
  const test::Table& folds = tables.at("repeated.counts.poisson_cv_of_each_fold");
  const Rdm rdm = compute("poisson_cv", patterns_of(tables.at("repeated.counts"), 3));
  double largest_difference = 0.0;
  for (std::size_t k = 0; k < folds.columns; ++k) {
    const auto fold = [&](std::size_t f) { return folds.values[f * folds.columns + k]; };
    EXPECT_NEAR(rdm.pairs()[k], (fold(0) + fold(1) + fold(2)) / 3.0, 1e-12);
    largest_difference = std::max(largest_difference, std::abs(rdm.pairs()[k] - fold(2)));
  }
  EXPECT_GT(largest_difference, 0.1);  // what returning the last fold, as rsatoolbox does, would be off by
}

TEST(Crossnobis, IsZeroInTheMeanForStimuliThatDoNotDiffer) {
  // 40 stimuli with the same expected responses: the mean of 780 unbiased estimates, each with a standard
  // deviation of sqrt(2 / (P r (r - 1))) * 2 = 0.08; neighbours are dependent, hence the margin.
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values(4 * 40 * 200);
  std::generate(values.begin(), values.end(), [&] { return normal(random); });
  const RepeatedPatterns patterns(4, 40, values);
  const Rdm unbiased = compute("crossnobis", patterns);
  const Rdm biased = compute("mahalanobis", patterns);
  double sum = 0.0;
  double biased_sum = 0.0;
  for (std::size_t k = 0; k < unbiased.pairs().size(); ++k) {
    sum += unbiased.pairs()[k];
    biased_sum += biased.pairs()[k];
  }
  EXPECT_NEAR(sum / 780.0, 0.0, 0.02);
  EXPECT_NEAR(biased_sum / 780.0, 2.0 / 4.0, 0.02);  // 2 sigma^2 / r
  EXPECT_TRUE(std::any_of(unbiased.pairs().begin(), unbiased.pairs().end(), [](double d) { return d < 0; }));
}

TEST(NoiseCovarianceEstimates, GiveTheSameBitsForAnyNumberOfThreads) {
  const RepeatedPatterns patterns = noisy(3, 70, 600, 6);  // 210 presentations: 3 tiles; 2 blocks
  for (const std::string estimate : {"none", "diagonal", "shrinkage_eye", "shrinkage_diagonal"}) {
    const auto with_threads = [&](int threads) {
      tbb::task_arena arena(threads);
      return arena.execute(
          [&] { return compute("crossnobis", patterns, {.noise = noise_covariances().find(estimate)}); });
    };
    EXPECT_EQ(values_of(with_threads(1)), values_of(with_threads(2))) << estimate;
  }
}

TEST(NoiseCovarianceEstimates, DoNotNoticeUnitsThatNeverVary) {
  const RepeatedPatterns patterns = noisy(3, 8, 40, 7);
  const std::vector<float> values = patterns.read(0, 40);
  std::vector<float> with_dead;
  for (std::size_t row = 0; row < 24; ++row) {
    with_dead.insert(with_dead.end(), values.begin() + static_cast<std::ptrdiff_t>(row * 40),
                     values.begin() + static_cast<std::ptrdiff_t>(row * 40 + 40));
    with_dead.insert(with_dead.end(), 10, 0.3F);
  }
  const RepeatedPatterns more(3, 8, with_dead);
  for (const NoiseCovariance noise : {NoiseCovariance::diagonal, NoiseCovariance::shrinkage_diagonal}) {
    std::vector<double> expected = values_of(compute("crossnobis", patterns, {.noise = noise}));
    for (double& value : expected) {
      value *= 40.0 / 50.0;  // they count as units
    }
    expect_near(compute("crossnobis", more, {.noise = noise}), expected, 1e-12, "with dead units");
  }
}

TEST(NoiseCovarianceEstimates, OfAFullMatrixDoNotNoticeALinearTransformation) {
  // (x - y)' A' (A S A')^-1 A (x - y) = (x - y)' S^-1 (x - y); A exact in single precision.
  const RepeatedPatterns patterns = noisy(6, 5, 3, 8);
  std::vector<float> values = patterns.read(0, 3);
  for (float& value : values) {
    value = std::round(value * 256.0F) / 256.0F;
  }
  std::vector<float> mixed;
  for (std::size_t row = 0; row < 30; ++row) {
    const float* x = &values[3 * row];
    mixed.insert(mixed.end(), {2.0F * x[0] + x[1], x[1] - x[2], x[0] + 4.0F * x[2]});
  }
  const DissimilarityOptions full{.noise = NoiseCovariance::full};
  expect_near(compute("crossnobis", RepeatedPatterns(6, 5, mixed), full),
              values_of(compute("crossnobis", RepeatedPatterns(6, 5, values), full)), 1e-12, "mixed units");
}

TEST(Mahalanobis, OfOneRepetitionWithoutNoiseIsEuclidean) {
  const RepeatedPatterns patterns = noisy(1, 9, 30, 9);
  expect_near(compute("mahalanobis", patterns), values_of(compute("euclidean", patterns)), 1e-15,
              "euclidean");
}

TEST(RepeatedPatterns, AreNeededByFoldsAndNoiseCovariances) {
  const RepeatedPatterns once = noisy(1, 5, 10, 10);
  EXPECT_THAT(message_of("crossnobis", once, NoiseCovariance::none), testing::HasSubstr("at least 2"));
  EXPECT_THAT(message_of("poisson_cv", once, NoiseCovariance::none), testing::HasSubstr("at least 2"));
  EXPECT_THAT(message_of("mahalanobis", once, NoiseCovariance::diagonal), testing::HasSubstr("at least 2"));
}

TEST(NoiseCovarianceEstimates, AreRefusedWhereTheyHaveNoEffect) {
  EXPECT_THAT(message_of("correlation", noisy(2, 5, 10, 11), NoiseCovariance::diagonal, ErrorKind::config),
              testing::HasSubstr("no effect"));
}

TEST(NoiseCovarianceEstimates, ThatHaveNoInverseAreErrors) {
  EXPECT_THAT(message_of("mahalanobis", noisy(2, 5, 10, 12), NoiseCovariance::full),
              testing::HasSubstr("more units than the 5 degrees of freedom"));

  const RepeatedPatterns patterns = noisy(4, 5, 3, 13);
  std::vector<float> collinear;
  for (std::size_t row = 0; row < 20; ++row) {
    const std::vector<float> values = patterns.read(0, 3);
    collinear.insert(collinear.end(), {values[3 * row], 2.0F * values[3 * row], values[3 * row + 1]});
  }
  EXPECT_THAT(message_of("mahalanobis", RepeatedPatterns(4, 5, collinear), NoiseCovariance::full),
              testing::HasSubstr("linear combinations"));

  // Unit 1 tells stimuli apart but has no noise.
  const RepeatedPatterns exact(2, 2, {1, 5, 2, 6, 3, 5, 4, 6});
  for (const NoiseCovariance noise :
       {NoiseCovariance::diagonal, NoiseCovariance::full, NoiseCovariance::shrinkage_diagonal}) {
    EXPECT_THAT(message_of("crossnobis", exact, noise), testing::HasSubstr("unit 1 responds the same"));
  }

  const RepeatedPatterns silent_noise(2, 2, {1, 5, 2, 6, 1, 5, 2, 6});
  EXPECT_THAT(message_of("crossnobis", silent_noise, NoiseCovariance::shrinkage_eye),
              testing::HasSubstr("no unit varies"));
}

TEST(NoiseCovarianceEstimates, OfPatternsThatNeverVaryGiveZeros) {
  const RepeatedPatterns constant(3, 4, std::vector<float>(3 * 4 * 50, 0.7F));
  for (const NoiseCovariance noise : {NoiseCovariance::none, NoiseCovariance::diagonal, NoiseCovariance::full,
                                      NoiseCovariance::shrinkage_eye, NoiseCovariance::shrinkage_diagonal}) {
    for (const double value : values_of(compute("crossnobis", constant, {.noise = noise}))) {
      EXPECT_EQ(value, 0.0);
    }
  }
}

TEST(NoiseCovarianceEstimates, RefuseMorePresentationsThanFitMemory) {
  const RepeatedPatterns patterns(2, kMostPresentations / 2 + 1,
                                  std::vector<float>(static_cast<std::size_t>(kMostPresentations) + 2, 1.0F));
  EXPECT_THAT(message_of("crossnobis", patterns, NoiseCovariance::shrinkage_eye),
              testing::HasSubstr("at most 8192 presentations"));
}

TEST(Poisson, RefusesNegativeResponses) {
  const RepeatedPatterns patterns(2, 2, {1, 2, 3, -4, 1, 2, 3, 4});
  EXPECT_THAT(message_of("poisson_cv", patterns, NoiseCovariance::none),
              testing::HasSubstr("unit 1 to stimulus 1 is -4"));
}

TEST(Poisson, OfSilentPatternsIsZero) {
  for (const std::string name : {"poisson", "poisson_cv"}) {
    for (const double value :
         values_of(compute(name, RepeatedPatterns(2, 3, std::vector<float>(60, 0.0F))))) {
      EXPECT_EQ(value, 0.0);
    }
  }
}

TEST(Dissimilarities, RefusePatternsWithoutUnits) {
  const MatrixPatterns none("test", 3, 0, {});
  for (const std::string& name : dissimilarities().names()) {
    EXPECT_THAT(message_of(name, none, NoiseCovariance::none), testing::HasSubstr("0 units"));
  }
}

}  // namespace
}  // namespace homolog::experiments::repetitions_test
