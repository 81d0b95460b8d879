#include "experiments/predictivity/random_projection.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <limits>
#include <random>

#include "sim/core/error.hpp"

namespace homolog::experiments::random_projection_test {
namespace {

MatrixPatterns identity(std::int64_t units) {
  std::vector<float> values(static_cast<std::size_t>(units * units), 0.0F);
  for (std::int64_t i = 0; i < units; ++i) {
    values[static_cast<std::size_t>(i * units + i)] = 1.0F;
  }
  return MatrixPatterns("layer", units, units, std::move(values));
}

// Of the identity the projections are the directions themselves: 900 x 400 entries, a share of 1 / 30 of
// which are not 0. The number has a standard deviation of sqrt(360000 / 30 * 29 / 30) = 108; half of the
// signs, 55.
TEST(RandomProjection, HasSparseEntriesOfOneSizeAndBothSigns) {
  const auto projected = random_projection(identity(900), 400, 1);
  ASSERT_EQ(projected->count(), 900);
  ASSERT_EQ(projected->units(), 400);
  const std::vector<float> entries = projected->read(0, 400);
  const auto value = static_cast<float>(std::sqrt(30.0 / 400.0));
  int positive = 0;
  int negative = 0;
  for (const float entry : entries) {
    EXPECT_TRUE(entry == 0.0F || std::abs(entry) == value);
    positive += entry > 0.0F ? 1 : 0;
    negative += entry < 0.0F ? 1 : 0;
  }
  EXPECT_NEAR(positive + negative, 12000, 5 * 108);
  EXPECT_NEAR(positive, (positive + negative) / 2, 5 * 55);
}

// The mean of squared lengths over directions is the squared length; its relative standard deviation with k
// directions is about sqrt(2 / k), here 0.045 (Li et al. 2006).
TEST(RandomProjection, KeepsDistances) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(2 * 5000);
  for (float& value : values) {
    value = normal(random);
  }
  const MatrixPatterns patterns("layer", 2, 5000, values);
  const std::vector<float> projected = random_projection(patterns, 1000, 3)->read(0, 1000);
  double before = 0.0;
  double after = 0.0;
  for (std::size_t u = 0; u < 5000; ++u) {
    before += std::pow(values[u] - values[5000 + u], 2);
  }
  for (std::size_t c = 0; c < 1000; ++c) {
    after += std::pow(projected[c] - projected[1000 + c], 2);
  }
  EXPECT_NEAR(after / before, 1.0, 5 * 0.045);
}

TEST(RandomProjection, DependsOnTheSeedButNotOnThreads) {
  const MatrixPatterns patterns = identity(600);
  tbb::task_arena one(1);
  tbb::task_arena four(4);
  const auto project = [&](std::uint64_t seed) { return random_projection(patterns, 50, seed)->read(0, 50); };
  EXPECT_EQ(one.execute([&] { return project(1); }), four.execute([&] { return project(1); }));
  EXPECT_NE(project(1), project(2));
}

TEST(RandomProjection, OfOneUnitIsDense) {
  const std::vector<float> entries = random_projection(identity(1), 4, 1)->read(0, 4);
  for (const float entry : entries) {
    EXPECT_EQ(std::abs(entry), 0.5F);  // sqrt(1 / 4)
  }
}

TEST(RandomProjection, RefusesWhatIsNotFinite) {
  const MatrixPatterns patterns("layer relu1 (float)", 2, 2,
                                {1.0F, 2.0F, std::numeric_limits<float>::infinity(), 0.0F});
  try {
    static_cast<void>(random_projection(patterns, 3, 1));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_STREQ(error.what(),
                 "layer relu1 (float): the response of unit 0 to stimulus 1 is inf; finite responses are "
                 "needed");
  }
}

// scikit-learn's documentation: johnson_lindenstrauss_min_dim(1e6, eps=0.1) is 11841.
TEST(JohnsonLindenstrauss, HasThePublishedDimension) {
  EXPECT_EQ(johnson_lindenstrauss_components(1000000), 11841);
  EXPECT_EQ(johnson_lindenstrauss_components(1), 1);
}

}  // namespace
}  // namespace homolog::experiments::random_projection_test
