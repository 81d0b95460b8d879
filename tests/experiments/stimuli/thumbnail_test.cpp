#include "experiments/stimuli/thumbnail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace homolog::experiments::thumbnail_test {
namespace {

/// `count` images of one size whose pixel at (c, y, x) is value(i, c, y, x).
template <class Value>
class Computed final : public Stimuli {
 public:
  Computed(std::int64_t count, std::int64_t channels, std::int64_t height, std::int64_t width, Value value)
      : count_(count), channels_(channels), height_(height), width_(width), value_(value) {}
  [[nodiscard]] std::int64_t size() const override { return count_; }
  [[nodiscard]] Image at(std::int64_t i) const override {
    Image image{.channels = channels_, .height = height_ + (i == other_ ? 1 : 0), .width = width_};
    for (std::int64_t c = 0; c < channels_; ++c) {
      for (std::int64_t y = 0; y < image.height; ++y) {
        for (std::int64_t x = 0; x < width_; ++x) {
          image.pixels.push_back(value_(i, c, y, x));
        }
      }
    }
    return image;
  }
  [[nodiscard]] std::string id(std::int64_t i) const override { return std::to_string(i); }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t /*i*/) const override { return std::nullopt; }
  void set_other(std::int64_t i) { other_ = i; }

 private:
  std::int64_t count_, channels_, height_, width_;
  Value value_;
  std::int64_t other_ = -1;  ///< an image of another size
};

TEST(Thumbnails, SmallColourImagesKeepSizeAndLevels) {
  const auto value = [](auto i, auto c, auto y, auto x) {
    return static_cast<float>(100 * i + 50 * c + 10 * y + x) / 255.0F;
  };
  const Thumbnails made = thumbnails(Computed(2, 3, 1, 2, value));
  EXPECT_EQ(made.count, 2);
  EXPECT_EQ(made.height, 1);
  EXPECT_EQ(made.width, 2);
  EXPECT_THAT(made.pixels, testing::ElementsAre(0, 50, 100, 1, 51, 101, 100, 150, 200, 101, 151, 201));
}

TEST(Thumbnails, GreyGetsThreeEqualChannelsAndNumbersAreClipped) {
  const float levels[] = {-1.0F, 2.0F, std::numeric_limits<float>::quiet_NaN(), 0.2F};
  const auto value = [&](auto, auto, auto, auto x) { return levels[x]; };
  const Thumbnails made = thumbnails(Computed(1, 1, 1, 4, value));
  EXPECT_THAT(made.pixels, testing::ElementsAre(0, 0, 0, 255, 255, 255, 0, 0, 0, 51, 51, 51));
}

TEST(Thumbnails, TheLongerSideBecomesThirtyTwoAndConstantImagesStayConstant) {
  const auto value = [](auto, auto c, auto, auto) { return 0.2F * static_cast<float>(c + 1); };
  const Thumbnails made = thumbnails(Computed(1, 3, 100, 50, value));
  EXPECT_EQ(made.height, 32);
  EXPECT_EQ(made.width, 16);
  ASSERT_EQ(made.pixels.size(), 32U * 16U * 3U);
  for (std::size_t k = 0; k < made.pixels.size(); ++k) {
    ASSERT_EQ(made.pixels[k], 51 * (k % 3 + 1));
  }
}

TEST(Thumbnails, AtMostTwoHundredAndNeverAFlatOne) {
  const Thumbnails made = thumbnails(Computed(300, 1, 2, 2000, [](auto...) { return 0.0F; }));
  EXPECT_EQ(made.count, 200);
  EXPECT_EQ(made.height, 1);
  EXPECT_EQ(made.width, 32);
}

TEST(Thumbnails, ThereAreNoneOfImagesThatDifferInSizeOrAreNoPictures) {
  Computed differing(3, 1, 4, 4, [](auto...) { return 0.0F; });
  differing.set_other(2);
  EXPECT_EQ(thumbnails(differing).count, 0);
  EXPECT_EQ(thumbnails(Computed(3, 2, 4, 4, [](auto...) { return 0.0F; })).count, 0);
  EXPECT_EQ(thumbnails(Computed(0, 1, 4, 4, [](auto...) { return 0.0F; })).count, 0);
}

}  // namespace
}  // namespace homolog::experiments::thumbnail_test
