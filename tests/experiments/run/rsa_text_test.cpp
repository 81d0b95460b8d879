#include "experiments/run/rsa_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace homolog::experiments {
namespace {

using testing::HasSubstr;
using testing::Not;

RsaRow row(const std::string& layer, const std::string& dissimilarity, double value) {
  RsaRow made;
  made.layer = layer;
  made.code = "count";
  made.reference = "IT";
  made.compare = "spearman";
  made.dissimilarity = dissimilarity;
  made.value = value;
  return made;
}

std::string printed(const std::vector<RsaRow>& rows) {
  std::ostringstream out;
  print_rsa(rows, out);
  return out.str();
}

TEST(RsaText, NamesTheDissimilarityOnlyWhereAnalysesDifferInIt) {
  const std::string one = printed({row("relu1", "correlation", 0.125), row("relu2", "correlation", 0.25)});
  EXPECT_THAT(one, HasSubstr("[1] IT, spearman, count\n"));
  EXPECT_THAT(one, HasSubstr("0.125"));
  EXPECT_THAT(one, HasSubstr("0.250"));
  const std::string two = printed({row("relu1", "correlation", 0.125), row("relu1", "euclidean", 0.5)});
  EXPECT_THAT(two, HasSubstr("[1] IT, spearman, count, correlation\n"));
  EXPECT_THAT(two, HasSubstr("[2] IT, spearman, count, euclidean\n"));
  EXPECT_THAT(two, HasSubstr("0.125"));
  EXPECT_THAT(two, HasSubstr("0.500"));
}

TEST(RsaText, SaysNothingWithoutRows) {
  EXPECT_EQ(printed({}), "");
}

TEST(RsaText, ShowsUndefinedValuesAsSuch) {
  const std::string text = printed({row("relu1", "correlation", std::nan(""))});
  EXPECT_THAT(text, HasSubstr("- "));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace homolog::experiments
