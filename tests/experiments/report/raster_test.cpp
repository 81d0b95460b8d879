#include "experiments/report/raster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace homolog::experiments::report::raster_test {
namespace {

/// `neurons` neurons that all fire in every one of `steps` steps.
SpikeTrain dense_train(std::uint32_t neurons, std::uint32_t steps) {
  SpikeTrain train;
  for (std::uint32_t step = 0; step < steps; ++step) {
    for (std::uint32_t id = 0; id < neurons; ++id) {
      train.steps.push_back(step);
      train.ids.push_back(id);
    }
  }
  return train;
}

TEST(Raster, ASampleHasOneNeuronOfEachBlock) {
  const std::vector<std::uint32_t> chosen = spread_neurons(1000, 10);
  ASSERT_EQ(chosen.size(), 10U);
  for (std::uint32_t i = 0; i < 10; ++i) {
    EXPECT_EQ(chosen[i] / 100, i);
  }
}

TEST(Raster, ASmallLayerIsShownWhole) {
  EXPECT_THAT(spread_neurons(4, 60), testing::ElementsAre(0, 1, 2, 3));
  EXPECT_TRUE(spread_neurons(0, 60).empty());
}

// 16 maps of 24 x 24 and 96 rows: every 96th neuron would always be in column 0.
TEST(Raster, ASampleDoesNotRunInStepWithTheWidthOfTheMap) {
  std::set<std::uint32_t> columns;
  for (const std::uint32_t neuron : spread_neurons(16 * 24 * 24, 96)) {
    columns.insert(neuron % 24);
  }
  EXPECT_GE(columns.size(), 20U);  // of 24; the golden ratio leaves no large gap
}

TEST(Raster, RowsAreHalvedUntilTheSpikesFit) {
  const Raster raster = sample_raster(dense_train(100, 10), 100, 64, 200);
  EXPECT_EQ(raster.neurons.size(), 16U);  // 64 and 32 rows have 640 and 320 spikes, 16 have 160
  EXPECT_EQ(raster.steps.size(), 160U);
  EXPECT_EQ(raster.rows.size(), 160U);
}

TEST(Raster, ARowThatDoesNotFitIsLeftOutRatherThanCut) {
  const Raster raster = sample_raster(dense_train(100, 10), 100, 64, 9);
  EXPECT_TRUE(raster.neurons.empty());
  EXPECT_TRUE(raster.steps.empty());
}

TEST(Raster, EverySpikeOfAChosenNeuronIsThere) {
  const SpikeTrain train{.steps = {0, 0, 1, 5}, .ids = {0, 2, 1, 2}};
  const Raster raster = sample_raster(train, 3, 60, 100);
  EXPECT_THAT(raster.steps, testing::ElementsAre(0, 0, 1, 5));
  EXPECT_THAT(raster.rows, testing::ElementsAre(0, 2, 1, 2));
}

TEST(Raster, RatesAreSpikesPerNeuronAndStep) {
  const SpikeTrain train{.steps = {0, 0, 1, 4}, .ids = {0, 1, 1, 0}};
  EXPECT_THAT(population_rate(train, 2, 5, 1), testing::ElementsAre(1.0, 0.5, 0.0, 0.0, 0.5));
  // Bins of 2 steps; the last has one step: 1 spike / (2 neurons * 1 step).
  EXPECT_THAT(population_rate(train, 2, 5, 2), testing::ElementsAre(0.75, 0.0, 0.5));
}

TEST(Raster, ASpikeBeyondTheLastStepIsNotCounted) {
  EXPECT_THAT(population_rate({.steps = {9}, .ids = {0}}, 1, 2, 1), testing::ElementsAre(0.0, 0.0));
}

}  // namespace
}  // namespace homolog::experiments::report::raster_test
