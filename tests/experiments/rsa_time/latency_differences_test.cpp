#include "experiments/rsa_time/latency_differences.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "experiments/rsa_time/difference_tables.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments::latency_differences_test {
namespace {

TEST(LatencyDifferences, AreThoseOfEveryDraw) {
  const std::vector<Latency> layers{{.time = 10.0, .draws = {10.0, 14.0, 10.0, kNaN, 12.0}},
                                    {.time = 16.0, .draws = {16.0, 20.0, 8.0, 16.0, 20.0}}};
  const LatencyDifference found = latency_differences(layers, 0.5).at(0);
  EXPECT_EQ(found.difference, -6.0);
  // Draws: -6, -6, 2, none, -8. Mean -4.5, squares 2.25 + 2.25 + 42.25 + 12.25 = 59.
  EXPECT_NEAR(found.standard_error, std::sqrt(59.0 / 3.0), 1e-12);  // rounding
  EXPECT_DOUBLE_EQ(found.ci_low, -6.5);                             // sorted -8, -6, -6, 2: place 0.75
  EXPECT_DOUBLE_EQ(found.ci_high, -4.0);                            // place 2.25
  EXPECT_EQ(found.undefined_draws, 1U);
  EXPECT_DOUBLE_EQ(found.p, 1.0);  // one draw is late, one says nothing: 2 (1 + 2) / (1 + 5)
  EXPECT_DOUBLE_EQ(found.p_fdr, 1.0);
}

TEST(LatencyDifferences, HaveASmallPOnlyIfNoDrawContradicts) {
  std::vector<Latency> layers{{.time = 1.0, .draws = std::vector<double>(199, 1.0)},
                              {.time = 2.0, .draws = std::vector<double>(199, 2.0)},
                              {.time = 2.0, .draws = std::vector<double>(199, 2.0)}};
  std::vector<LatencyDifference> found = latency_differences(layers, 0.95);
  EXPECT_DOUBLE_EQ(found[0].p, 2.0 / 200.0);
  EXPECT_DOUBLE_EQ(found[0].p_fdr, 0.015);  // the second of three
  EXPECT_DOUBLE_EQ(found[2].p, 1.0);        // never different
  layers[0].draws[7] = kNaN;
  found = latency_differences(layers, 0.95);
  EXPECT_DOUBLE_EQ(found[0].p, 4.0 / 200.0);
}

TEST(LatencyDifferences, AreNotDefinedWithoutLatency) {
  const std::vector<Latency> layers{
      {.time = 1.0, .draws = {1.0, 1.0}}, {}, {.time = kNaN, .draws = {2.0, kNaN}}};
  const std::vector<LatencyDifference> found = latency_differences(layers, 0.95);
  EXPECT_TRUE(std::isnan(found[0].difference));
  EXPECT_EQ(found[0].undefined_draws, 2U);
  EXPECT_TRUE(std::isnan(found[1].p));
  EXPECT_TRUE(std::isnan(found[1].ci_low));
  EXPECT_EQ(found[1].undefined_draws, 1U);
  EXPECT_TRUE(std::isnan(found[0].p_fdr));
}

TEST(LatencyPairs, AreAllOfFewLayersAndNeighboursOfMany) {
  EXPECT_EQ(latency_pairs(64).size(), 64U * 63U / 2U);
  EXPECT_EQ(latency_pairs(2).size(), 1U);
  EXPECT_TRUE(latency_pairs(1).empty());
  const auto pairs = latency_pairs(65);
  EXPECT_EQ(pairs.size(), 65U);
  EXPECT_EQ(pairs[63], (std::pair<std::size_t, std::size_t>{63, 64}));
  EXPECT_EQ(pairs[64], (std::pair<std::size_t, std::size_t>{0, 64}));
  for (const std::size_t layers : {2U, 3U, 65U}) {
    DifferenceSet set;
    for (const auto& [a, b] : latency_pairs(layers)) {
      set.pairs.push_back({.a = a, .b = b});
    }
    EXPECT_EQ(first_and_last(set).a, 0U);
    EXPECT_EQ(first_and_last(set).b, layers - 1);
  }
}

}  // namespace
}  // namespace homolog::experiments::latency_differences_test
