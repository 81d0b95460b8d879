#include "experiments/analysis/deviation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace homolog::experiments::deviation_test {
namespace {

using Floats = std::vector<float>;

TEST(Deviation, OfEqualNumbersIsNone) {
  Deviation deviation;
  deviation.add(Floats{1.0F, 2.0F, 4.0F}, Floats{1.0F, 2.0F, 4.0F});
  EXPECT_EQ(deviation.relative_error(), 0.0);
  EXPECT_NEAR(deviation.correlation(), 1.0, 1e-12);  // rounding of sums in double
}

// Differences 1, -1, 0, 0 of 3, 4, 0, 0: sqrt(2 / 25). Pearson by hand: means 7/4; covariance 13.75 - 0 ...
TEST(Deviation, IsTheSameInOnePieceOrSeveral) {
  const Floats wanted{3.0F, 4.0F, 0.0F, 0.0F};
  const Floats got{4.0F, 3.0F, 0.0F, 0.0F};
  Deviation whole;
  whole.add(wanted, got);
  Deviation pieces;
  pieces.add(std::span(wanted).first(1), std::span(got).first(1));
  pieces.add(std::span(wanted).subspan(1), std::span(got).subspan(1));
  EXPECT_NEAR(whole.relative_error(), std::sqrt(2.0 / 25.0), 1e-12);
  // sum of products 24, sums 7 and 7, squares 25 and 25: (24 - 49/4) / (25 - 49/4)
  EXPECT_NEAR(whole.correlation(), (24.0 - 12.25) / (25.0 - 12.25), 1e-12);
  EXPECT_EQ(pieces.relative_error(), whole.relative_error());
  EXPECT_EQ(pieces.correlation(), whole.correlation());
}

TEST(Deviation, OfConstantsAndOfNothingIsDefined) {
  Deviation silent;
  EXPECT_TRUE(std::isnan(silent.relative_error()));
  EXPECT_TRUE(std::isnan(silent.correlation()));
  silent.add(Floats{0.0F, 0.0F}, Floats{0.0F, 0.0F});
  EXPECT_EQ(silent.relative_error(), 0.0);
  EXPECT_TRUE(std::isnan(silent.correlation()));
  silent.add(Floats{0.0F}, Floats{1.0F});
  EXPECT_TRUE(std::isinf(silent.relative_error()));
  Deviation constant;
  constant.add(Floats{0.1F, 0.1F, 0.1F}, Floats{1.0F, 2.0F, 3.0F});
  EXPECT_TRUE(std::isnan(constant.correlation()));
}

}  // namespace
}  // namespace homolog::experiments::deviation_test
