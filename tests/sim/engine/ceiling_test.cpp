#include "sim/engine/ceiling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/engine/simd.hpp"

namespace homolog::ceiling_test {
namespace {

using namespace homolog::sim;

/// sum over k with k % targets == target of weight(order[k], column), times `passes`.
std::vector<double> expected_sums(const RowAccumulation& rows, std::size_t row, int passes) {
  std::vector<double> sums(rows.targets() * row, 0.0);
  for (std::size_t k = 0; k < rows.order().size(); ++k) {
    for (std::size_t column = 0; column < row; ++column) {
      sums[(k % rows.targets()) * row + column] += passes * rows.weight(rows.order()[k], column);
    }
  }
  return sums;
}

std::vector<double> sums_of(const RowAccumulation& rows, std::size_t row) {
  std::vector<double> sums;
  for (std::size_t target = 0; target < rows.targets(); ++target) {
    for (std::size_t column = 0; column < row; ++column) {
      sums.push_back(rows.sum(target, column));
    }
  }
  return sums;
}

class RowSums : public testing::TestWithParam<RowForm> {
 protected:
  void TearDown() override { use_instruction_set(""); }
};

// Weights are integers, or whole 128ths, below 1: no sum of them is rounded, so that the order cannot matter.
TEST_P(RowSums, AreThoseOfScalarCodeForEveryLengthAndInstructionSet) {
  for (const std::string& instructions : instruction_sets()) {
    use_instruction_set(instructions);
    for (const std::size_t row : {16U, 32U, 64U, 128U, 256U, 512U}) {
      SCOPED_TRACE(instructions + ", " + std::to_string(row));
      RowAccumulation rows(GetParam(), row);
      rows.accumulate();
      EXPECT_EQ(sums_of(rows, row), expected_sums(rows, row, 1));
      rows.accumulate();
      EXPECT_EQ(sums_of(rows, row), expected_sums(rows, row, 2));
      rows.clear();
      EXPECT_EQ(sums_of(rows, row), expected_sums(rows, row, 0));
    }
  }
}

TEST_P(RowSums, VisitEveryRowOfTheBlockOnceAndNotInOrder) {
  const RowAccumulation rows(GetParam(), 64);
  std::vector<std::uint32_t> sorted(rows.order().begin(), rows.order().end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint32_t> all(RowAccumulation::kBlockBytes /
                                 (64 * (GetParam() == RowForm::gather_int8 ? 1U : 4U)));
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(sorted, all);
  EXPECT_FALSE(std::equal(all.begin(), all.end(), rows.order().begin()));
}

TEST_P(RowSums, AreMeasuredAsAPositiveRateAndClearedAfterwards) {
  RowAccumulation rows(GetParam(), 32);
  EXPECT_GT(rows.measure(0.0), 0.0);
  EXPECT_EQ(sums_of(rows, 32), expected_sums(rows, 32, 0));
}

TEST_P(RowSums, RefuseLengthsThatAreNotMeasured) {
  for (const std::size_t row : {0U, 8U, 48U, 1024U}) {
    EXPECT_THROW(RowAccumulation(GetParam(), row), homolog::Error) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Ceiling, RowSums,
                         testing::Values(RowForm::gather_float, RowForm::gather_int8,
                                         RowForm::scatter_float));

TEST(Ceiling, IsThereForRowsOfEveryLength) {
  for (const std::size_t row : {1U, 16U, 100U, 5000U}) {
    EXPECT_GT(ceiling(RowForm::gather_float, row, 0.0), 0.0) << row;
  }
}

}  // namespace
}  // namespace homolog::ceiling_test
