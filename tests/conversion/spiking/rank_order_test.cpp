#include "conversion/spiking/rank_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/core/error.hpp"

namespace homolog::conversion::rank_order_test {
namespace {

using Floats = std::vector<float>;

TEST(RankTables, AreTheMeanOfSortedActivations) {
  RankTables tables;
  tables.add(7, Floats{0.0F, 3.0F, 1.0F, -5.0F});  // sorted: 3, 1, nothing, nothing
  tables.add(7, Floats{4.0F, 2.0F, 5.0F, 0.5F});   // sorted: 5, 4, 2, 0.5
  EXPECT_TRUE(tables.has(7));
  EXPECT_FALSE(tables.has(8));
  EXPECT_EQ(tables.table(7), (Floats{4.0F, 2.5F, 1.0F, 0.25F}));
}

TEST(RankTables, RefuseATensorThatChangesItsSize) {
  RankTables tables;
  tables.add(0, Floats{1.0F, 2.0F});
  EXPECT_THROW(tables.add(0, Floats{1.0F, 2.0F, 3.0F}), Error);
}

TEST(Desensitisation, OfAGeometricTableIsItsFactor) {
  for (const double factor : {0.3, 0.9, 0.999}) {
    Floats table;
    for (int r = 0; r < 500; ++r) {
      table.push_back(static_cast<float>(2.5 * std::pow(factor, r)));
    }
    const Desensitisation fit = fit_desensitisation(table);
    // The table's floats have relative errors of 2^-24, and the search halves its last interval 20 times.
    EXPECT_NEAR(fit.factor, factor, 1e-5);
    EXPECT_NEAR(fit.first, 2.5, 1e-4);
    EXPECT_LT(fit.residual, 1e-8);
  }
}

// Least squares by brute force over a fine grid of factors.
TEST(Desensitisation, IsTheBestInTheSenseOfLeastSquares) {
  const Floats table{4.0F, 3.5F, 3.0F, 1.0F, 0.25F, 0.0F};
  double least = INFINITY;
  double squares = 0.0;
  for (const float worth : table) {
    squares += static_cast<double>(worth) * static_cast<double>(worth);
  }
  for (int i = 1; i < 10000; ++i) {
    const double factor = i / 10000.0;
    double product = 0.0;
    double norm = 0.0;
    for (int r = 0; r < 5; ++r) {
      product += static_cast<double>(table[static_cast<std::size_t>(r)]) * std::pow(factor, r);
      norm += std::pow(factor, 2 * r);
    }
    least = std::min(least, squares - product * product / norm);
  }
  EXPECT_NEAR(fit_desensitisation(table).residual, least / squares, 1e-6);
}

TEST(Desensitisation, OfFewSpikesIsDefined) {
  EXPECT_EQ(fit_desensitisation(Floats{}).first, 0.0);
  EXPECT_EQ(fit_desensitisation(Floats{0.0F, 0.0F}).first, 0.0);
  EXPECT_EQ(fit_desensitisation(Floats{3.0F, 0.0F}).first, 3.0);
  const Desensitisation equal = fit_desensitisation(Floats{1.0F, 1.0F, 1.0F});
  EXPECT_GT(equal.factor, 0.95);
  EXPECT_LT(equal.factor, 1.0);
}

/// x -> relu -> logits, both identities of three units.
Twin small_twin() {
  Twin twin;
  const sim::Shape shape{.channels = 3};
  twin.network.populations = {{.name = "x", .shape = shape, .role = sim::LatencyInput{}},
                              {.name = "relu", .shape = shape, .role = sim::WindowNeurons{}},
                              {.name = "logits", .shape = shape, .role = sim::Readout{}}};
  const sim::Dense identity{.in = shape, .out = shape, .channels = 3, .weights = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  twin.network.projections = {{.source = 0, .target = 1, .kernel = identity},
                              {.source = 1, .target = 2, .kernel = identity}};
  twin.layers = {{.name = "relu", .tensor = 5, .shape = shape, .population = 1, .scale = {1.0F}}};
  return twin;
}

TEST(ReadByRank, GivesLayersWithATableTheirWorths) {
  RankTables tables;
  tables.add(5, Floats{8.0F, 2.0F, 4.0F});
  tables.add(6, Floats{1.0F});
  Twin twin = small_twin();
  read_by_rank(twin, tables, false);
  EXPECT_EQ(twin.network.populations[1].rank_worth, (Floats{8.0F, 4.0F, 2.0F}));
  EXPECT_TRUE(twin.network.populations[0].rank_worth.empty());
  EXPECT_TRUE(twin.network.populations[2].rank_worth.empty());
}

TEST(ReadByRank, CanFollowAGeometricSeries) {
  RankTables tables;
  tables.add(5, Floats{8.0F, 2.0F, 4.0F});
  Twin twin = small_twin();
  read_by_rank(twin, tables, true);
  const Floats& worth = twin.network.populations[1].rank_worth;
  ASSERT_EQ(worth.size(), 3U);
  EXPECT_NEAR(worth[0], 8.0F, 1e-3F);  // the table is geometric; the search is exact to about 1e-5
  EXPECT_NEAR(worth[1], 4.0F, 1e-3F);
  EXPECT_NEAR(worth[2], 2.0F, 1e-3F);
}

}  // namespace
}  // namespace homolog::conversion::rank_order_test
