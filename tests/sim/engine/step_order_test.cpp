#include "sim/engine/step_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

namespace homolog::sim::step_order_test {
namespace {

TEST(StepOrder, ByStepHasTheActiveSteps) {
  StepOrder order;
  order.by_step(std::uint64_t{1} << 63U | 0b1101U);
  EXPECT_EQ(std::vector<std::uint8_t>(order.steps().begin(), order.steps().end()),
            (std::vector<std::uint8_t>{0, 2, 3, 63}));
  EXPECT_EQ(order.active(), std::uint64_t{1} << 63U | 0b1101U);
  order.by_step(0);
  EXPECT_TRUE(order.steps().empty());
}

TEST(StepOrder, ByCountIsAStableSortOfTheActiveSteps) {
  std::mt19937_64 random(1);
  for (int repetition = 0; repetition < 200; ++repetition) {
    const std::uint64_t active = repetition == 0 ? ~std::uint64_t{0} : random() & random();
    std::array<std::uint32_t, kMostSteps> counts{};
    for (std::uint32_t& count : counts) {
      count = static_cast<std::uint32_t>(random() % (repetition % 2 == 0 ? 8 : 300));
    }
    std::vector<std::uint8_t> expected;
    for (std::uint8_t step = 0; step < kMostSteps; ++step) {
      if ((active >> step & 1U) != 0) {
        expected.push_back(step);
      }
    }
    std::stable_sort(expected.begin(), expected.end(), [&](std::uint8_t a, std::uint8_t b) {
      return std::min(counts[a], StepOrder::kMany) < std::min(counts[b], StepOrder::kMany);
    });
    StepOrder order;
    order.by_count(active, counts);
    EXPECT_EQ(order.active(), active);
    EXPECT_EQ(std::vector<std::uint8_t>(order.steps().begin(), order.steps().end()), expected);
  }
}

}  // namespace
}  // namespace homolog::sim::step_order_test
