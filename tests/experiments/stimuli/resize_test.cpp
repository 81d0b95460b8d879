#include "experiments/stimuli/resize.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "sim/core/error.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::resize_test {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

TEST(Resize, GivesTheBytesOfPillow) {
  std::ifstream in(test::source_path("tests/experiments/stimuli/resize_fixtures.txt"));
  std::string sizes;
  std::getline(in, sizes);  // who wrote it
  int cases = 0;
  while (std::getline(in, sizes)) {
    SCOPED_TRACE(sizes);
    std::int64_t height = 0, width = 0, channels = 0, new_height = 0, new_width = 0;
    std::istringstream(sizes) >> height >> width >> channels >> new_height >> new_width;
    std::string image, expected;
    std::getline(in, image);
    std::getline(in, expected);
    EXPECT_EQ(resize_bilinear(from_hex(image), height, width, channels, new_height, new_width),
              from_hex(expected));
    ++cases;
  }
  EXPECT_EQ(cases, 14);
}

TEST(Resize, KeepsAConstantImageConstant) {
  for (const int value : {0, 1, 127, 254, 255}) {
    const Bytes image(11 * 7, static_cast<std::uint8_t>(value));
    EXPECT_EQ(resize_bilinear(image, 11, 7, 1, 23, 3), Bytes(23 * 3, static_cast<std::uint8_t>(value)));
  }
}

TEST(Resize, HalvesByTheWidenedTriangle) {
  // One row 0 0 8 8 0 0 to 3: the triangle of half-width 2 at the centres 1, 3, 5 has the weights
  // 1/8 3/8 3/8 1/8; at the borders 3/7 3/7 1/7.
  const Bytes row{0, 0, 56, 56, 0, 0};
  EXPECT_EQ(resize_bilinear(row, 1, 6, 1, 1, 3), (Bytes{8, 42, 8}));
}

TEST(Resize, RefusesSizesThatDoNotFitTheImage) {
  EXPECT_THROW((void)resize_bilinear(Bytes(5), 2, 3, 1, 4, 4), Error);
  EXPECT_THROW((void)resize_bilinear(Bytes(6), 2, 3, 1, 0, 4), Error);
}

}  // namespace
}  // namespace homolog::experiments::resize_test
