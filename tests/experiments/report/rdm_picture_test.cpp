#include "experiments/report/rdm_picture.hpp"
#include "sim/core/nan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace homolog::experiments::report::rdm_picture_test {
namespace {

using testing::ElementsAre;

/// Symmetric matrix from its upper triangle, row by row.
RdmMatrix matrix_of(std::size_t n, const std::vector<double>& upper) {
  RdmMatrix matrix{.n = n, .values = std::vector<double>(n * n, 0.0)};
  std::size_t k = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      matrix.values[i * n + j] = matrix.values[j * n + i] = upper.at(k++);
    }
  }
  return matrix;
}

TEST(RdmPicture, LevelsArePercentileRanksWhateverTheScale) {
  const RdmPicture picture = rdm_picture(matrix_of(3, {10.0, -5.0, 1e6}), {0, 1, 2}, 1);
  EXPECT_THAT(picture.levels, ElementsAre(127, 0, 254));
  EXPECT_EQ(picture.side, 3U);
  EXPECT_EQ(picture.deciles.front(), -5.0);
  EXPECT_EQ(picture.deciles.at(5), 10.0);
  EXPECT_EQ(picture.deciles.back(), 1e6);
}

TEST(RdmPicture, TiesShareTheirMiddleRank) {
  // Ranks 0, 1, 1, 1, 4, 5 of 0 ... 5: the three ties have midrank 2, so 254 * 2 / 5 = 101.6.
  const RdmPicture picture = rdm_picture(matrix_of(4, {0.1, 0.5, 0.5, 0.5, 0.8, 0.9}), {0, 1, 2, 3}, 1);
  EXPECT_THAT(picture.levels, ElementsAre(0, 102, 102, 102, 203, 254));
}

TEST(RdmPicture, AllEqualIsTheMiddle) {
  EXPECT_THAT(rdm_picture(matrix_of(3, {2.0, 2.0, 2.0}), {0, 1, 2}, 1).levels, ElementsAre(127, 127, 127));
}

TEST(RdmPicture, OnePairIsTheMiddle) {
  EXPECT_THAT(rdm_picture(matrix_of(2, {2.0}), {0, 1}, 1).levels, ElementsAre(127));
}

TEST(RdmPicture, WhatIsNotFiniteHasNoLevelAndNoRank) {
  const RdmPicture picture =
      rdm_picture(matrix_of(3, {kNaN, 0.3, std::numeric_limits<double>::infinity()}), {0, 1, 2}, 1);
  EXPECT_THAT(picture.levels, ElementsAre(kNoLevel, 127, kNoLevel));
  EXPECT_TRUE(rdm_picture(matrix_of(2, {kNaN}), {0, 1}, 1).deciles.empty());
}

TEST(RdmPicture, RowsFollowTheOrder) {
  // Pairs (0,1) = 1, (0,2) = 2, (1,2) = 3; in order 2, 0, 1 the pairs are (2,0), (2,1), (0,1).
  EXPECT_THAT(rdm_picture(matrix_of(3, {1.0, 2.0, 3.0}), {2, 0, 1}, 1).levels, ElementsAre(127, 254, 0));
}

TEST(RdmPicture, BlocksAreMeansOverTheirPairs) {
  // Stimuli 0 1 | 2 3 | 4: means (1+2+3+4)/4, (5+6)/2, (7+8)/2; the last block is shorter.
  const RdmMatrix matrix = matrix_of(5, {99.0, 1.0, 2.0, 5.0, 3.0, 4.0, 6.0, 99.0, 7.0, 8.0});
  const RdmPicture picture = rdm_picture(matrix, {0, 1, 2, 3, 4}, 2);
  EXPECT_EQ(picture.side, 3U);
  EXPECT_THAT(picture.deciles,
              testing::AllOf(testing::Contains(2.5), testing::Contains(5.5), testing::Contains(7.5)));
  EXPECT_THAT(picture.levels, ElementsAre(0, 127, 254));
}

TEST(RdmPicture, OneStimulusHasNoPairs) {
  const RdmPicture picture = rdm_picture(matrix_of(1, {}), {0}, 1);
  EXPECT_EQ(picture.side, 1U);
  EXPECT_TRUE(picture.levels.empty());
}

TEST(RdmPicture, StimuliAreSortedByLabelAndStayInTheirOrder) {
  EXPECT_THAT(display_order({3, std::nullopt, 1, 3, 1}), ElementsAre(2, 4, 0, 3, 1));
  EXPECT_THAT(display_order({std::nullopt, std::nullopt}), ElementsAre(0, 1));
}

TEST(RdmPicture, BlocksAreAsSmallAsTheLimitAllows) {
  EXPECT_EQ(block_size(200, 200), 1U);
  EXPECT_EQ(block_size(201, 200), 2U);
  EXPECT_EQ(block_size(1000, 200), 5U);
  EXPECT_EQ(block_size(0, 200), 1U);
}

}  // namespace
}  // namespace homolog::experiments::report::rdm_picture_test
