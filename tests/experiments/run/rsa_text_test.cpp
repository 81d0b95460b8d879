#include "experiments/run/rsa_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace homolog::experiments::rsa_text_test {
namespace {

using testing::HasSubstr;
using testing::Not;

RsaRow row(const std::string& layer, std::int64_t entry, double value) {
  RsaRow made;
  made.layer = layer;
  made.code = "count";
  made.reference = "IT";
  made.compare = "spearman";
  made.entry = entry;
  made.value = value;
  return made;
}

std::string printed(const std::vector<RsaRow>& rows) {
  std::ostringstream out;
  print_rsa(rows, out);
  return out.str();
}

TEST(RsaText, HasAColumnForEachEntry) {
  const std::string one = printed({row("relu1", 1, 0.125), row("relu2", 1, 0.25)});
  EXPECT_THAT(one, HasSubstr("[1] IT, spearman, count\n"));
  EXPECT_THAT(one, HasSubstr("0.125"));
  EXPECT_THAT(one, HasSubstr("0.250"));
  const std::string two = printed({row("relu1", 1, 0.125), row("relu1", 2, 0.5)});
  EXPECT_THAT(two, HasSubstr("[1] IT, spearman, count\n"));
  EXPECT_THAT(two, HasSubstr("[2] IT (rsa 2), spearman, count\n"));
  EXPECT_THAT(two, HasSubstr("0.125"));
  EXPECT_THAT(two, HasSubstr("0.500"));
}

TEST(RsaText, SaysNothingWithoutRows) {
  EXPECT_EQ(printed({}), "");
}

TEST(RsaText, ShowsUndefinedValuesAsSuch) {
  const std::string text = printed({row("relu1", 1, std::nan(""))});
  EXPECT_THAT(text, HasSubstr("- "));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace homolog::experiments::rsa_text_test
