// What the other tests of this folder read their expected values with.
#include "tests/experiments/rsa/support.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace homolog::test::support_test {
namespace {

std::map<std::string, Table> tables(const std::string& text) {
  std::istringstream in(text);
  return read_tables(in);
}

TEST(ReadTables, KnowsWhatIsNotComputed) {
  const auto all = tables("a 2 2\n1 nan -inf 4e-3\nb 1 1\n5\n");
  ASSERT_EQ(all.size(), 2U);
  const std::vector<double>& a = all.at("a").values;
  EXPECT_EQ(a[0], 1.0);
  EXPECT_TRUE(std::isnan(a[1]));
  EXPECT_EQ(a[2], -INFINITY);
  EXPECT_EQ(a[3], 4e-3);
  EXPECT_EQ(all.at("b").values, std::vector<double>{5.0});
}

TEST(ReadTables, FailsTheTestWhereTheFileIsBroken) {
  EXPECT_NONFATAL_FAILURE(tables("a 1 2\n1 oops\n"), "oops is not a number");
  EXPECT_NONFATAL_FAILURE(tables("a 1 2\n1\n"), "is cut short");
  EXPECT_NONFATAL_FAILURE(tables("a 1\n"), "has no extents");
}

}  // namespace
}  // namespace homolog::test::support_test
