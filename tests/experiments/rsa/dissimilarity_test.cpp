#include "experiments/rsa/dissimilarity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::dissimilarity_test {
namespace {

MatrixPatterns patterns_of(std::int64_t count, std::vector<float> values) {
  const auto units = static_cast<std::int64_t>(values.size()) / count;
  return MatrixPatterns("test", count, units, std::move(values));
}

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(1.0F, 1.0F);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(), [&] { return std::max(normal(random), 0.0F); });
  return values;
}

/// Two equal repetitions of other patterns: for them all dissimilarities have the values of one repetition.
class Twice final : public Patterns {
 public:
  explicit Twice(const Patterns& once) : once_(once) {}
  [[nodiscard]] std::int64_t count() const override { return once_.count(); }
  [[nodiscard]] std::int64_t units() const override { return once_.units(); }
  [[nodiscard]] std::int64_t repetitions() const override { return 2; }
  [[nodiscard]] std::vector<float> read(std::int64_t first, std::int64_t last) const override {
    std::vector<float> values = once_.read(first, last);
    const std::vector<float> again = values;
    values.insert(values.end(), again.begin(), again.end());
    return values;
  }
  [[nodiscard]] std::string name() const override { return once_.name(); }

 private:
  const Patterns& once_;
};

DissimilarityResult compute(const std::string& name, const Patterns& patterns,
                            const DissimilarityOptions& options = {}) {
  const Dissimilarity dissimilarity = dissimilarities().find(name);
  if (dissimilarity.repetitions == Repetitions::folds) {
    return dissimilarity(Twice(patterns), options);
  }
  return dissimilarities().find(name)(patterns, options);
}

class EveryDissimilarity : public testing::TestWithParam<std::string> {};

TEST_P(EveryDissimilarity, AgreesWithNumpyWithoutRepetitions) {
  const auto tables = test::read_tables("fixtures.txt");
  for (const std::string data : {"real", "counts"}) {
    if (tables.count(data + "." + GetParam()) == 0) {
      continue;  // no Poisson dissimilarity of the first, and none that is cross-validated
    }
    const test::Table& x = tables.at(data);
    const Rdm rdm =
        compute(GetParam(), patterns_of(static_cast<std::int64_t>(x.rows), test::as_float(x.values))).rdm;
    const test::Table& expected = tables.at(data + "." + GetParam());
    ASSERT_EQ(rdm.pairs().size(), expected.values.size());
    for (std::size_t k = 0; k < expected.values.size(); ++k) {
      EXPECT_NEAR(rdm.pairs()[k], expected.values[k], 1e-12);  // sums of 37 products in double
    }
  }
}

TEST_P(EveryDissimilarity, DoesNotDependOnTheOrderOfUnits) {
  constexpr std::size_t kCount = 9;
  constexpr std::size_t kUnits = 700;
  const std::vector<float> values = random_values(kCount * kUnits, 3);
  std::vector<std::size_t> order(kUnits);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937(4));
  std::vector<float> shuffled(values.size());
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t u = 0; u < kUnits; ++u) {
      shuffled[i * kUnits + u] = values[i * kUnits + order[u]];
    }
  }
  const Rdm a = compute(GetParam(), patterns_of(kCount, values)).rdm;
  const Rdm b = compute(GetParam(), patterns_of(kCount, shuffled)).rdm;
  for (std::size_t k = 0; k < a.pairs().size(); ++k) {
    EXPECT_NEAR(a.pairs()[k], b.pairs()[k], 1e-12);  // another order of 700 terms
  }
}

TEST_P(EveryDissimilarity, DoesNotDependOnTheSizeOfBlocks) {
  const MatrixPatterns patterns = patterns_of(20, random_values(20 * 333, 5));
  const Rdm whole = compute(GetParam(), patterns, {.block_units = 1000}).rdm;
  for (const std::int64_t block : {1, 7, 64, 333}) {
    const Rdm rdm = compute(GetParam(), patterns, {.block_units = block}).rdm;
    for (std::size_t k = 0; k < rdm.pairs().size(); ++k) {
      EXPECT_NEAR(rdm.pairs()[k], whole.pairs()[k], 1e-12) << block;  // another order of 333 terms
    }
  }
}

TEST_P(EveryDissimilarity, GivesTheSameBitsForAnyNumberOfThreads) {
  const MatrixPatterns patterns = patterns_of(300, random_values(300 * 600, 6));  // 6 tiles, 2 blocks
  const auto with_threads = [&](int threads) {
    tbb::task_arena arena(threads);
    return arena.execute([&] { return compute(GetParam(), patterns).rdm; });
  };
  const Rdm one = with_threads(1);
  const Rdm two = with_threads(2);
  EXPECT_TRUE(std::equal(one.pairs().begin(), one.pairs().end(), two.pairs().begin()));
}

TEST_P(EveryDissimilarity, IsZeroForIdenticalPatterns) {
  std::vector<float> values = random_values(150 * 600, 7);
  std::copy_n(values.begin(), 600, values.begin() + 140 * 600);  // pattern 140 lies in another tile than 0
  const Rdm rdm = compute(GetParam(), patterns_of(150, values)).rdm;
  EXPECT_NEAR(rdm.at(0, 140), 0.0, 1e-13);  // a few units in the last place of 1
  EXPECT_GE(rdm.at(0, 140), 0.0);
}

TEST_P(EveryDissimilarity, RefusesResponsesThatAreNotFinite) {
  std::vector<float> values = random_values(4 * 5, 8);
  values[2 * 5 + 3] = std::numeric_limits<float>::quiet_NaN();
  try {
    static_cast<void>(compute(GetParam(), patterns_of(4, values)));
    FAIL() << "NaN was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.what(), testing::ContainsRegex("unit 3 to stimulus 2( in repetition 0)? is nan"));
  }
}

TEST_P(EveryDissimilarity, ReportsProgressAndStopsWhenThatThrows) {
  const MatrixPatterns patterns = patterns_of(4, random_values(4 * 50, 9));
  std::vector<double> shares;
  static_cast<void>(compute(GetParam(), patterns,
                            {.progress = [&](double share) { shares.push_back(share); }, .block_units = 10}));
  EXPECT_GE(shares.size(), 5U);
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_EQ(shares.back(), 1.0);
  const auto stop = [](double share) {
    if (share > 0.5) {
      throw Error(ErrorKind::interrupted, "stop");
    }
  };
  EXPECT_THROW(static_cast<void>(compute(GetParam(), patterns, {.progress = stop, .block_units = 10})),
               Error);
}

INSTANTIATE_TEST_SUITE_P(All, EveryDissimilarity, testing::ValuesIn(dissimilarities().names()),
                         [](const auto& name) { return name.param; });

TEST(CorrelationDistance, IsInvariantToScaleAndOffsetOfAPattern) {
  const std::vector<float> values = random_values(6 * 40, 10);
  std::vector<float> changed = values;
  for (std::size_t u = 0; u < 40; ++u) {
    changed[u] = 4.0F * values[u] + 2.0F;      // not exact in single precision
    changed[40 + u] = 0.25F * values[40 + u];  // exact
    changed[80 + u] = -8.0F * values[80 + u];  // exact, turns the sign of r
  }
  const Rdm a = compute("correlation", patterns_of(6, values)).rdm;
  const Rdm b = compute("correlation", patterns_of(6, changed)).rdm;
  EXPECT_NEAR(b.at(1, 5), a.at(1, 5), 1e-14);
  EXPECT_NEAR(b.at(2, 5), 2.0 - a.at(2, 5), 1e-14);
  EXPECT_NEAR(b.at(0, 5), a.at(0, 5), 1e-6);  // rounding of the changed floats, 2^-24
}

TEST(CorrelationDistance, IsAccurateWhenResponsesVaryLittleAboutALargeMean) {
  // x = 2^20 + (0, 1, 0, 1, ...), y = 2^20 + (0, 0, 1, 1, ...) with 8 units: r = 0; against z = -x: r = -1.
  std::vector<float> values;
  for (int u = 0; u < 8; ++u)
    values.push_back(1048576.0F + static_cast<float>(u % 2));
  for (int u = 0; u < 8; ++u)
    values.push_back(1048576.0F + static_cast<float>(u / 2 % 2));
  for (int u = 0; u < 8; ++u)
    values.push_back(-1048576.0F - static_cast<float>(u % 2));
  const Rdm rdm = compute("correlation", patterns_of(3, values)).rdm;
  EXPECT_EQ(rdm.at(0, 1), 1.0);
  EXPECT_EQ(rdm.at(0, 2), 2.0);
}

TEST(CorrelationDistance, OfConstantPatternsIsOneAndTheyAreCounted) {
  const std::vector<float> values = {1, 2, 3, 4,  //
                                     5, 5, 5, 5,  //
                                     0, 0, 0, 0,  //
                                     4, 3, 2, 1};
  const DissimilarityResult result = compute("correlation", patterns_of(4, values));
  EXPECT_EQ(result.undefined_patterns, 2);
  EXPECT_EQ(result.rdm.at(0, 1), 1.0);
  EXPECT_EQ(result.rdm.at(1, 2), 1.0);
  EXPECT_EQ(result.rdm.at(2, 3), 1.0);
  EXPECT_EQ(result.rdm.at(0, 3), 2.0);
}

TEST(CosineDistance, OfZeroPatternsIsOneAndTheyAreCounted) {
  const std::vector<float> values = {3,  4,  //
                                     0,  0,  //
                                     -4, 3,  //
                                     -6, -8};
  const DissimilarityResult result = compute("cosine", patterns_of(4, values));
  EXPECT_EQ(result.undefined_patterns, 1);
  EXPECT_EQ(result.rdm.at(0, 1), 1.0);
  EXPECT_EQ(result.rdm.at(0, 2), 1.0);
  EXPECT_EQ(result.rdm.at(0, 3), 2.0);
}

TEST(Euclidean, IsTheSquaredDistanceDividedByTheNumberOfUnits) {
  const Rdm rdm = compute("euclidean", patterns_of(2, {1, 2, 3, 4, 1, 0, 3, 1})).rdm;
  EXPECT_DOUBLE_EQ(rdm.at(0, 1), (4.0 + 9.0) / 4.0);
}

TEST(Euclidean, IsAccurateForNearPatternsFarFromTheOrigin) {
  // Raw sums of squares of 2^24 have no digits left for a difference of 1.
  const Rdm rdm =
      compute("euclidean", patterns_of(2, {16777214.0F, 16777214.0F, 16777215.0F, 16777214.0F})).rdm;
  EXPECT_DOUBLE_EQ(rdm.at(0, 1), 0.5);
}

TEST(Dissimilarities, NameTheNearestOneWhenUnknown) {
  try {
    static_cast<void>(dissimilarities().find("corelation"));
    FAIL() << "an unknown name was accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'correlation'?"));
  }
}

}  // namespace
}  // namespace homolog::experiments::dissimilarity_test
