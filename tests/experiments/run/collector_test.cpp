#include "experiments/run/collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace homolog::experiments::collector_test {
namespace {

using Units = std::vector<sim::UnitId>;

/// Three populations of 2 x 1 x 2 units; the collector asks for their shapes alone.
sim::Network three_populations() {
  sim::Network network;
  for (const char* name : {"a", "b", "c"}) {
    network.populations.push_back({.name = name, .shape = {2, 1, 2}});
  }
  return network;
}

const std::vector<Collector::Wish> kWishes{{.spikes = true}, {}, {.spikes = true, .counts = true}};

TEST(Collector, WantsOnlyThePopulationsOfItsWishes) {
  const Collector collector(three_populations(), kWishes, 3);
  EXPECT_TRUE(collector.wants(0));
  EXPECT_FALSE(collector.wants(1));
  EXPECT_TRUE(collector.wants(2));
}

// A feed-forward network is swept layer by layer, a recurrent one step by step.
TEST(Collector, KeepsTheSameWhateverTheOrderOfPopulations) {
  Collector by_step(three_populations(), kWishes, 3);
  by_step.spikes(0, 0, Units{0, 1});
  by_step.spikes(2, 0, Units{3});
  by_step.spikes(0, 2, Units{2});
  by_step.spikes(2, 2, Units{1, 2, 3});
  Collector by_layer(three_populations(), kWishes, 3);
  by_layer.spikes(2, 0, Units{3});
  by_layer.spikes(2, 2, Units{1, 2, 3});
  by_layer.spikes(0, 0, Units{0, 1});
  by_layer.spikes(0, 2, Units{2});
  for (const Collector* collector : {&by_step, &by_layer}) {
    // [H,W,C] units 0 1 2 3 are [C,H,W] neurons 0 2 1 3.
    EXPECT_THAT(collector->packed(0).places, testing::ElementsAre(0, 2, 1));
    EXPECT_THAT(collector->packed(0).in_page, testing::ElementsAre(2, 0, 1));
    EXPECT_THAT(collector->packed(2).places, testing::ElementsAre(3, 1, 2, 3));
    EXPECT_THAT(collector->packed(2).in_page, testing::ElementsAre(1, 0, 3));
    EXPECT_THAT(collector->counts()[2], testing::ElementsAre(0, 1, 1, 2));
    EXPECT_TRUE(collector->counts()[0].empty());
  }
}

TEST(Collector, ForgetsWhenCleared) {
  Collector collector(three_populations(), kWishes, 3);
  collector.spikes(2, 1, Units{0, 3});
  collector.clear();
  EXPECT_TRUE(collector.packed(2).places.empty());
  EXPECT_THAT(collector.counts()[2], testing::Each(0U));
}

TEST(Collector, SumsWhatSpikesAreWorthInANetworkWithPhases) {
  sim::Network network = three_populations();
  network.phases = 2;
  Collector collector(network, {{}, {.worths = true}, {}}, 5);
  EXPECT_TRUE(collector.wants(1));
  EXPECT_FALSE(collector.wants(0));
  for (int presentation = 0; presentation < 2; ++presentation) {
    collector.clear();
    collector.spikes(1, 0, Units{0, 1});  // worth 1/2
    collector.spikes(1, 3, Units{1});     // 1/4
    collector.spikes(1, 4, Units{1, 3});  // 1/2
    EXPECT_THAT(collector.worths()[1], testing::ElementsAre(0.5F, 1.25F, 0.0F, 0.5F));
    EXPECT_TRUE(collector.counts()[1].empty());
  }
}

TEST(Collector, KeepsEveryStepOfATrainBeyondTheFirstWord) {
  Collector collector(three_populations(), {{}, {.trains = true}, {}}, 70);
  EXPECT_TRUE(collector.wants(1));
  for (int presentation = 0; presentation < 2; ++presentation) {
    collector.clear();
    collector.spikes(1, 0, Units{0});
    collector.spikes(1, 63, Units{0, 3});
    collector.spikes(1, 64, Units{3});
    collector.spikes(1, 69, Units{0, 3});
    const std::uint64_t last = std::uint64_t{1} << 63U;
    EXPECT_THAT(collector.trains()[1], testing::ElementsAre(last | 1U, 32U, 0U, 0U, 0U, 0U, last, 33U));
    EXPECT_TRUE(collector.trains()[0].empty());
  }
}

TEST(Collector, KeepsTheFirstStepOfEachUnit) {
  Collector collector(three_populations(), {{.first = true}, {}, {}}, 9);
  EXPECT_TRUE(collector.wants(0));
  collector.spikes(0, 8, Units{3});
  for (int presentation = 0; presentation < 2; ++presentation) {
    collector.clear();
    collector.spikes(0, 2, Units{1});
    collector.spikes(0, 5, Units{0, 1});
    EXPECT_THAT(collector.first_steps()[0], testing::ElementsAre(5U, 2U, 9U, 9U));
    EXPECT_TRUE(collector.first_steps()[1].empty());
  }
}

TEST(Collector, CountsStepsOnWhenAPresentationFollows) {
  Collector collector(three_populations(), {{.first = true, .trains = true}, {}, {}}, 9);
  collector.spikes(0, 1, Units{2});
  collector.continue_at(4);
  collector.spikes(0, 1, Units{0, 2});
  EXPECT_THAT(collector.first_steps()[0], testing::ElementsAre(5U, 9U, 1U, 9U));
  EXPECT_THAT(collector.trains()[0], testing::ElementsAre(32U, 0U, 34U, 0U));
}

}  // namespace
}  // namespace homolog::experiments::collector_test
