#include "sim/core/shape.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace homolog::sim::shape_test {
namespace {

TEST(Shape, IsWrittenAsChannelsByHeightByWidth) {
  EXPECT_EQ(to_string(Shape{.channels = 16, .height = 24, .width = 25}), "16x24x25");
}

TEST(Shape, MapsUnitsBetweenTheTwoOrders) {
  const Shape shape{.channels = 3, .height = 2, .width = 4};
  UnitId chw = 0;  // counted in C,H,W order
  for (std::int64_t c = 0; c < 3; ++c) {
    for (std::int64_t y = 0; y < 2; ++y) {
      for (std::int64_t x = 0; x < 4; ++x, ++chw) {
        const UnitId hwc = hwc_index(shape, c, y, x);
        EXPECT_EQ(hwc, static_cast<UnitId>((y * 4 + x) * 3 + c));
        EXPECT_EQ(chw_from_hwc(shape, hwc), chw);
        EXPECT_EQ(hwc_from_chw(shape, chw), hwc);
      }
    }
  }
}

TEST(Shape, RearrangesValuesAndBack) {
  const Shape shape{.channels = 2, .height = 1, .width = 3};
  const std::vector<float> chw{1, 2, 3, 10, 20, 30};
  const std::vector<float> hwc{1, 10, 2, 20, 3, 30};
  EXPECT_EQ(hwc_values(shape, chw), hwc);
  EXPECT_EQ(chw_values(shape, hwc), chw);
}

TEST(Shape, KnowsItsSizeAndRefusesWhatIsNone) {
  EXPECT_EQ(checked_size({.channels = 3, .height = 4, .width = 5}), 60);
  for (const Shape& shape : {Shape{.channels = 0}, Shape{.channels = 1, .height = -1},
                             Shape{.channels = 1 << 20, .height = 1 << 20},
                             Shape{.channels = INT64_MAX, .height = INT64_MAX, .width = INT64_MAX}}) {
    try {
      (void)checked_size(shape);
      ADD_FAILURE() << to_string(shape);
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), "shape " + to_string(shape) + " is not valid");
      EXPECT_EQ(error.kind(), ErrorKind::internal);
    }
  }
}

}  // namespace
}  // namespace homolog::sim::shape_test
