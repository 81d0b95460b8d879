#include "experiments/run/window_collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace homolog::experiments::window_collector_test {
namespace {

using Times = std::vector<double>;
using Units = std::vector<sim::UnitId>;

/// An input and three layers of 2 x 1 x 2 units, one after the other: the last one answers in window 3.
sim::Network chain() {
  sim::Network network;
  for (const char* name : {"input", "a", "b", "c"}) {
    network.populations.push_back({.name = name, .shape = {2, 1, 2}, .role = sim::WindowNeurons{}});
  }
  network.populations[0].role = sim::LatencyInput{};
  for (sim::PopulationId id = 1; id < 4; ++id) {
    network.projections.push_back({.source = id - 1, .target = id});
  }
  return network;
}

TEST(WindowCollector, KeepsTheShareOfTheWindowAtWhichAUnitFiresFirst) {
  const sim::Network network = chain();
  for (const double window_ms : {1.0, 0.7, 0.001}) {
    WindowCollector collector(network, {{}, {}, {}, {.spikes = true, .first = true}}, window_ms);
    EXPECT_TRUE(collector.wants(3));
    EXPECT_FALSE(collector.wants(2));
    collector.spikes(3, Units{2}, Times{0.5});
    for (int presentation = 0; presentation < 2; ++presentation) {
      collector.clear();
      collector.spikes(3, Units{0, 1, 1, 3}, Times{0.0, 0.25, 0.75, 0.1});
      EXPECT_THAT(collector.first_shares(3), testing::ElementsAre(0.0, 0.25, 1.0, 0.1)) << window_ms;
      EXPECT_TRUE(collector.first_shares(1).empty());
    }
  }
}

TEST(WindowCollector, PutsSpikesOnTheTimeAxis) {
  const sim::Network network = chain();
  WindowCollector collector(network, {{}, {}, {.spikes = true, .counts = true}, {}}, 4.0);
  collector.spikes(2, Units{0, 1, 1}, Times{0.75, 0.25, 0.5});
  // [H,W,C] units 0 1 2 3 are [C,H,W] neurons 0 2 1 3; the window is number 2.
  EXPECT_THAT(collector.timed(2).times, testing::ElementsAre(9.0, 10.0, 11.0));
  EXPECT_THAT(collector.timed(2).ids, testing::ElementsAre(2U, 2U, 0U));
  EXPECT_THAT(collector.counts(2), testing::ElementsAre(1U, 2U, 0U, 0U));
}

}  // namespace
}  // namespace homolog::experiments::window_collector_test
