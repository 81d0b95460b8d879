#include "experiments/rsa/upper_product.hpp"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/simd.hpp"

namespace homolog::experiments::upper_product_test {
namespace {

RowMatrix random_matrix(std::int64_t rows, std::int64_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(-1.0, 1.0);
  return RowMatrix::NullaryExpr(rows, columns, [&] { return draw(random); });
}

/// Rows below, at and beyond the blocks, panels and tiles; columns below and beyond the depth of 256.
class UpperProductOf : public testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {
 protected:
  void TearDown() override { sim::use_instruction_set(""); }
};

TEST_P(UpperProductOf, IsTheProductOnAndAboveTheDiagonalWithEveryInstructionSet) {
  const auto [rows, columns] = GetParam();
  const RowMatrix a = random_matrix(rows, columns, 1);
  const RowMatrix b = random_matrix(rows, columns, 2);
  // Symmetric, of two different operands: [a b] [b a]'.
  RowMatrix left(rows, 2 * columns);
  RowMatrix right(rows, 2 * columns);
  left << a, b;
  right << b, a;
  const Eigen::MatrixXd of_one = a * a.transpose();
  const Eigen::MatrixXd of_two = left * right.transpose();
  // Sums of at most 600 products below 1 in two orders: 600 x 600 x 2^-53 is 4e-11; random signs leave less.
  constexpr double kRounding = 1e-12;
  for (const std::string& set : sim::instruction_sets()) {
    sim::use_instruction_set(set);
    UpperProduct product;
    Eigen::MatrixXd same = Eigen::MatrixXd::Zero(rows, rows);
    Eigen::MatrixXd two = Eigen::MatrixXd::Constant(rows, rows, 0.5);  // is added to
    product.add(a, a, same);
    product.add(left, right, two);
    for (std::int64_t j = 0; j < rows; ++j) {
      for (std::int64_t i = 0; i <= j; ++i) {
        ASSERT_NEAR(same(i, j), of_one(i, j), kRounding) << set << ' ' << i << ' ' << j;
        ASSERT_NEAR(two(i, j), 0.5 + of_two(i, j), kRounding) << set << ' ' << i << ' ' << j;
      }
    }
  }
}

TEST_P(UpperProductOf, HasTheSameBitsForAnyNumberOfThreadsAndWhereverTheOperandsCameFrom) {
  const auto [rows, columns] = GetParam();
  const RowMatrix a = random_matrix(rows, columns, 3);
  const RowMatrix copy = a;  // packed apart from `a`
  std::vector<Eigen::MatrixXd> sums;
  for (const int threads : {1, 3}) {
    tbb::task_arena arena(threads);
    arena.execute([&] {
      for (const RowMatrix* right : {&a, &copy}) {
        sums.emplace_back(Eigen::MatrixXd::Zero(rows, rows));
        add_upper_product(a, *right, sums.back());
      }
    });
  }
  for (std::size_t k = 1; k < sums.size(); ++k) {
    for (std::int64_t j = 0; j < rows; ++j) {
      EXPECT_EQ(sums[k].col(j).head(j + 1), sums[0].col(j).head(j + 1)) << k << ' ' << j;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, UpperProductOf,
                         testing::Values(std::pair{1, 1}, std::pair{3, 5}, std::pair{5, 256},
                                         std::pair{13, 257}, std::pair{92, 300}, std::pair{97, 64},
                                         std::pair{200, 260}));

}  // namespace
}  // namespace homolog::experiments::upper_product_test
