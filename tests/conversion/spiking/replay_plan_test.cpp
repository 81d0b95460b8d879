#include "conversion/spiking/replay_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/engine/spike_record.hpp"

namespace homolog::conversion::replay_plan_test {
namespace {

using sim::PopulationId;

constexpr sim::Shape kShape{.channels = 64, .height = 1, .width = 1};
constexpr std::uint64_t kAll = ~std::uint64_t{0};

/// input -> 1 -> 2 -> relay 3 -> 4, and 1 -> 4 (a residual sum), 4 -> readout 5.
sim::Network residual() {
  sim::Network network;
  const auto add = [&](const char* name, const sim::Role& role) {
    network.populations.push_back({.name = name, .shape = kShape, .role = role});
  };
  add("input", sim::AnalogInput{});
  add("first", sim::Neurons{});
  add("second", sim::Neurons{});
  add("relay", sim::Relay{});
  add("sum", sim::Neurons{});
  add("readout", sim::Readout{});
  const std::vector<std::pair<PopulationId, PopulationId>> pairs{{0, 1}, {1, 2}, {2, 3},
                                                                 {3, 4}, {1, 4}, {4, 5}};
  for (const auto& [source, target] : pairs) {
    network.projections.push_back({.source = source, .target = target, .kernel = sim::OneToOne{}});
  }
  return network;
}

std::vector<std::vector<PopulationId>> recorded(const ReplayPlan& plan) {
  std::vector<std::vector<PopulationId>> result;
  for (const ReplayStage& stage : plan.stages) {
    result.push_back(stage.record);
  }
  return result;
}

using Ids = std::vector<PopulationId>;

TEST(ReplayPlan, RecordsEachPopulationOnceAndDropsItWhenNothingReadsItAnyMore) {
  const Ids targets{1, 2, 4, 5};
  const ReplayPlan plan = plan_replay(residual(), targets, 10, 3, kAll);
  EXPECT_EQ(recorded(plan), (std::vector<Ids>{{}, {1}, {2}, {4}}));
  EXPECT_EQ(plan.stages[2].drop, Ids{});        // 4 reads both 1 and, over the relay, 2
  EXPECT_EQ(plan.stages[3].drop, (Ids{1, 2}));  // once 4 is there
  const std::uint64_t one = 3 * sim::SpikeRecord::bytes(kShape, 10, false);
  EXPECT_EQ(plan.bytes, 3 * one);
}

TEST(ReplayPlan, RecordsNoMoreThanItMay) {
  const Ids targets{1, 2, 4, 5};
  const std::uint64_t one = 3 * sim::SpikeRecord::bytes(kShape, 10, false);
  for (std::uint64_t records = 0; records < 4; ++records) {
    const ReplayPlan plan = plan_replay(residual(), targets, 10, 3, records * one);
    EXPECT_EQ(plan.bytes, std::min<std::uint64_t>(records, 3) * one);
    std::set<PopulationId> there;
    for (const ReplayStage& stage : plan.stages) {
      for (const PopulationId id : stage.record) {
        EXPECT_TRUE(there.insert(id).second) << "is there already";
        EXPECT_LT(id, stage.target);
      }
      for (const PopulationId id : stage.drop) {
        EXPECT_EQ(there.erase(id), 1U);
      }
      EXPECT_LE(there.size(), records);
    }
  }
}

TEST(ReplayPlan, WhatIsNotRecordedKeepsItsSources) {
  const Ids targets{1, 2, 4, 5};
  const std::uint64_t one = 3 * sim::SpikeRecord::bytes(kShape, 10, false);
  const ReplayPlan plan = plan_replay(residual(), targets, 10, 3, one);  // room for 1, never for 2
  EXPECT_EQ(recorded(plan), (std::vector<Ids>{{}, {1}, {}, {}}));
  for (const ReplayStage& stage : plan.stages) {
    EXPECT_EQ(stage.drop, Ids{});  // 4 is simulated from 2, and 2 from 1, to the end
  }
}

TEST(ReplayPlan, RefusesTargetsThatDoNotAscend) {
  const Ids targets{2, 1};
  EXPECT_THROW((void)plan_replay(residual(), targets, 10, 3, kAll), Error);
}

TEST(NetworkPart, IsWhatTheWantedNeedUpToWhatIsRecorded) {
  const sim::Network network = residual();
  const Ids wanted{4};
  std::vector<bool> none(6, false);
  EXPECT_EQ(part_of(network, wanted, none).ids, (Ids{0, 1, 2, 3, 4}));
  std::vector<bool> two = none;
  two[2] = true;
  EXPECT_EQ(part_of(network, wanted, two).ids, (Ids{0, 1, 2, 3, 4}));
  two[1] = true;
  const NetworkPart part = part_of(network, wanted, two);
  EXPECT_EQ(part.ids, (Ids{0, 1, 2, 3, 4}));  // the input is always there
  std::vector<std::pair<PopulationId, PopulationId>> pairs;
  for (const sim::Projection& projection : part.network.projections) {
    pairs.emplace_back(projection.source, projection.target);
  }
  EXPECT_EQ(pairs, (std::vector<std::pair<PopulationId, PopulationId>>{{2, 3}, {3, 4}, {1, 4}}));
}

TEST(NetworkPart, NumbersItsPopulationsAnew) {
  const Ids wanted{5};
  std::vector<bool> recorded(6, false);
  recorded[4] = true;
  const NetworkPart part = part_of(residual(), wanted, recorded);
  EXPECT_EQ(part.ids, (Ids{0, 4, 5}));
  ASSERT_EQ(part.network.projections.size(), 1U);
  EXPECT_EQ(part.network.projections[0].source, 1U);
  EXPECT_EQ(part.network.projections[0].target, 2U);
  EXPECT_EQ(part.network.populations[1].name, "sum");
}

}  // namespace
}  // namespace homolog::conversion::replay_plan_test
