#include "experiments/brain/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::csv_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;

DataArray parse(const std::string& text) {
  return parse_csv(text, "t.csv");
}

std::string refusal(const std::string& text) {
  return test::data_error([&] { static_cast<void>(parse(text)); });
}

TEST(Csv, ReadsPlainNumbers) {
  const DataArray array = parse("0,1.5\r\n -2 ,3e2\n");
  EXPECT_THAT(array.dims, ElementsAre(2, 2));
  EXPECT_THAT(array.values, ElementsAre(0, 1.5, -2, 300));
  EXPECT_THAT(array.row_names, IsEmpty());
  EXPECT_THAT(array.column_names, IsEmpty());
  EXPECT_THAT(parse("+1").values, ElementsAre(1));
}

TEST(Csv, ReadsNamesOfColumnsAndRows) {
  for (const std::string corner : {"", "id", "Stimulus", "other"}) {
    const DataArray array = parse(corner + ",\"a, b\",c\nx,1,2\n\"y \"\"z\"\"\",3,4\n");
    EXPECT_THAT(array.values, ElementsAre(1, 2, 3, 4)) << corner;
    EXPECT_THAT(array.column_names, ElementsAre("a, b", "c"));
    EXPECT_THAT(array.row_names, ElementsAre("x", "y \"z\""));
  }
  const DataArray heading = parse("a,b\n1,2\n");
  EXPECT_THAT(heading.column_names, ElementsAre("a", "b"));
  EXPECT_THAT(heading.row_names, IsEmpty());
  const DataArray rows = parse("a,1\nb,2\n");
  EXPECT_THAT(rows.row_names, ElementsAre("a", "b"));
  EXPECT_THAT(rows.values, ElementsAre(1, 2));
}

TEST(Csv, ReadsNumbersAsNamesUnderTheRightHeading) {
  const DataArray pandas = parse(",0,1\n7,10,11\n8,12,13\n");
  EXPECT_THAT(pandas.row_names, ElementsAre("7", "8"));
  EXPECT_THAT(pandas.column_names, ElementsAre("0", "1"));
  EXPECT_THAT(pandas.values, ElementsAre(10, 11, 12, 13));
}

TEST(Csv, ReadsWhatRWriteTableLeavesOut) {
  const DataArray array = parse("\"V1\",\"V2\"\n\"1\",0.5,NA\n\"2\",,2\n");
  EXPECT_THAT(array.values, ElementsAre(0.5, IsNan(), IsNan(), 2));
  EXPECT_THAT(array.row_names, ElementsAre("1", "2"));
}

TEST(Csv, RefusesWhatIsNoTableOfNumbers) {
  EXPECT_THAT(refusal(""), HasSubstr("has no numbers"));
  EXPECT_THAT(refusal("a\nb\n"), HasSubstr("has no numbers"));
  EXPECT_THAT(refusal("1,2\n3\n"), HasSubstr("t.csv:2: has 1 fields; expected 2"));
  EXPECT_THAT(refusal("a,b\n1,2,3,4\n"), HasSubstr("the first line has 2"));
  EXPECT_THAT(refusal("1,2\n3,x\n"), HasSubstr("t.csv:2: 'x' is not a number"));
  EXPECT_THAT(refusal("1,2\n3,4x\n"), HasSubstr("'4x' is not a number"));
  EXPECT_THAT(refusal("1,\"2\n"), HasSubstr("never closed"));
}

}  // namespace
}  // namespace homolog::experiments::csv_test
