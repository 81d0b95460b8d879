#include "experiments/brain/matlab_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/nan.hpp"
#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::matlab_text_test {
namespace {

using testing::HasSubstr;
using Codes = std::vector<double>;

const BrainSource kSource{.file = "/b.mat", .dataset = "names"};

std::string text(const Codes& codes) {
  return matlab_text(codes, kSource);
}

std::string refusal(const Codes& codes) {
  return test::data_error([&] { static_cast<void>(text(codes)); });
}

TEST(MatlabText, IsUtf8WithoutTheBlanksAtItsEnd) {
  EXPECT_EQ(text({}), "");
  EXPECT_EQ(text({32, 97, 32, 98, 32, 32}), " a b");
  // One, two and three bytes: A, a-umlaut, the Chinese cat.
  EXPECT_EQ(text({0x41, 0xE4, 0x732B}), "A\xC3\xA4\xE7\x8C\xAB");
}

TEST(MatlabText, JoinsSurrogates) {
  // The cat's face, U+1F431, is D83D DC31 in UTF-16; the last code point is DBFF DFFF.
  EXPECT_EQ(text({0xD83D, 0xDC31, 0x21}), "\xF0\x9F\x90\xB1!");
  EXPECT_EQ(text({0xDBFF, 0xDFFF}), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(text({0x1F431}), text({0xD83D, 0xDC31})) << "stored in 32 bits";
}

TEST(MatlabText, RefusesWhatIsNoCharacter) {
  for (const double code : {-1.0, 0.5, 0x110000 + 0.0, 1e300, kNaN}) {
    EXPECT_THAT(refusal({0x41, code}), HasSubstr("which is none; expected UTF-16")) << code;
  }
  EXPECT_THAT(refusal({0x110000}), HasSubstr("/b.mat: names: holds a text with the character code 1114112"));
  EXPECT_THAT(refusal({0xD83D}), HasSubstr("55357, half of a character"));
  EXPECT_THAT(refusal({0xD83D, 0x41}), HasSubstr("55357, half of a character"));
  EXPECT_THAT(refusal({0xDC31, 0xD83D}), HasSubstr("56369, half of a character"));
  EXPECT_THAT(refusal({0xD83D, 0xDC31 + 0.5}), HasSubstr("55357, half of a character"));
}

}  // namespace
}  // namespace homolog::experiments::matlab_text_test
