// Recorded spikes, replayed: what the rest of a network makes of them is what it made of them when they were
// fired, to the last bit. And readouts that are read at some positions only.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"
#include "sim/engine/spike_record.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::sim::replay_test {
namespace {

using test::RandomNetwork;
using Spikes = std::vector<std::vector<UnitId>>;  ///< of several steps

/// Lists spikes and records them.
class Watch : public Observer {
 public:
  Watch(const Network& network, Step steps) {
    for (const Population& population : network.populations) {
      positive.emplace_back(steps);
      negative.emplace_back(steps);
      records.emplace_back(population.shape, steps, is_signed(population.role));
    }
  }
  void spikes(PopulationId population, Step step, std::span<const UnitId> units) override {
    positive[population][step].assign(units.begin(), units.end());
  }
  void negative_spikes(PopulationId population, Step step, std::span<const UnitId> units) override {
    negative[population][step].assign(units.begin(), units.end());
  }
  [[nodiscard]] SpikeRecord* record(PopulationId population) override { return &records[population]; }

  std::vector<Spikes> positive{};  ///< [population]
  std::vector<Spikes> negative{};
  std::vector<SpikeRecord> records{};
};

bool spikes_in_steps(const Population& population) {
  return is_spiking(population.role);
}

struct Case {
  const char* name;
  unsigned networks;
  Step steps;
  test::RandomNetworkOptions options;
};

class Replay : public testing::TestWithParam<Case> {};

TEST_P(Replay, OfAnyPopulationsLeavesTheOthersAsTheyWere) {
  const Case& c = GetParam();
  std::size_t replays = 0;
  for (unsigned seed = 0; seed < c.networks; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, c.options);
    const Network& network = random.network();
    const Presentation whole{.values = random.stimulus(), .steps = c.steps, .seed = seed, .image = 7};
    const Simulator simulator(network);
    auto state = simulator.make_state();
    Watch fired(network, c.steps);
    const Response expected = simulator.run(state, whole, &fired);

    std::mt19937 draw(seed);
    Network without_input = network;
    std::vector<const SpikeRecord*> replayed(network.populations.size(), nullptr);
    for (PopulationId p = 0; p < replayed.size(); ++p) {
      if (spikes_in_steps(network.populations[p]) && draw() % 2 == 0) {
        replayed[p] = &fired.records[p];
        ++replays;
      }
    }
    // What a replayed population receives makes no difference, so it can as well receive nothing.
    without_input.projections.erase(
        std::remove_if(without_input.projections.begin(), without_input.projections.end(),
                       [&](const Projection& p) { return replayed[p.target] != nullptr; }),
        without_input.projections.end());
    for (const Network* replaying : std::vector<const Network*>{&network, &without_input}) {
      const Simulator second(*replaying);
      auto second_state = second.make_state();
      Presentation presentation = whole;
      presentation.replayed = replayed;
      Watch again(network, c.steps);
      const Response response = second.run(second_state, presentation, &again);
      ASSERT_EQ(response.readout, expected.readout);
      ASSERT_EQ(response.spikes, expected.spikes);
      ASSERT_EQ(response.negative_spikes, expected.negative_spikes);
      ASSERT_EQ(again.positive, fired.positive);
      ASSERT_EQ(again.negative, fired.negative);
    }
  }
  EXPECT_GT(replays, c.networks / 2);
}

INSTANTIATE_TEST_SUITE_P(Engine, Replay,
                         testing::Values(Case{"random", 60, 12, {}}, Case{"two_blocks", 20, 70, {}},
                                         Case{"with_signs", 60, 12, {.with_signs = true}},
                                         Case{"int8_wide", 30, 12, {.int8 = true, .wide = true}},
                                         Case{"phases", 30, 24, {.phases = true}}),
                         [](const testing::TestParamInfo<Case>& tested) { return tested.param.name; });

/// Poisson input, neurons, and a readout of a map of 20 channels.
Network map_readout() {
  const Shape in{.channels = 3, .height = 6, .width = 7};
  const Shape middle{.channels = 8, .height = 6, .width = 7};
  const Shape out{.channels = 20, .height = 6, .width = 7};
  const Window same{.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1};
  std::mt19937 draw(3);
  const auto weights = [&](std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) {
      value = static_cast<float>(static_cast<int>(draw() % 200U) - 80) / 100.0F;
    }
    return values;
  };
  Network network;
  network.populations = {{.name = "input", .shape = in, .role = PoissonInput{}},
                         {.name = "neurons", .shape = middle, .role = Neurons{IntegrateAndFire{}}},
                         {.name = "readout", .shape = out, .role = Readout{}}};
  network.populations[2].current = weights(out.size());
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel =
           Convolution{
               .in = in, .out = middle, .window = same, .channels = 8, .weights = weights(3 * 9 * 8)}},
      {.source = 1,
       .target = 2,
       .kernel = Convolution{
           .in = middle, .out = out, .window = same, .channels = 20, .weights = weights(8 * 9 * 20)}}};
  return network;
}

TEST(ReadAt, GivesThePositionsThatAreAskedForAsTheWholeReadoutHasThem) {
  const Network network = map_readout();
  const Simulator simulator(network);
  const std::vector<float> values(3 * 6 * 7, 0.4F);
  for (const Step steps : {1U, 5U, 64U, 70U}) {
    auto state = simulator.make_state();
    Presentation presentation{.values = values, .steps = steps, .seed = 1};
    const std::vector<double> whole = simulator.run(state, presentation, nullptr).readout;
    ASSERT_GT(*std::max_element(whole.begin(), whole.end()), 0.0);
    for (const std::vector<std::uint32_t>& positions :
         {std::vector<std::uint32_t>{0}, {41}, {0, 1, 13, 14, 20, 40, 41}, {6, 7}}) {
      presentation.read_at = positions;
      const std::vector<double> some = simulator.run(state, presentation, nullptr).readout;
      ASSERT_EQ(some.size(), steps * 20U * positions.size());
      for (std::size_t row = 0; row < steps * 20U; ++row) {  // a step and a channel
        for (std::size_t i = 0; i < positions.size(); ++i) {
          ASSERT_EQ(some[row * positions.size() + i], whole[row * 42 + positions[i]]);
        }
      }
    }
  }
}

TEST(ReadAt, AnswersTheSameWithSeveralThreads) {
  const Network network = map_readout();
  const Simulator simulator(network);
  const std::vector<float> values(3 * 6 * 7, 0.4F);
  const std::vector<std::uint32_t> positions{3, 9, 30};
  const Presentation presentation{.values = values, .steps = 20, .seed = 1, .read_at = positions};
  auto one = simulator.make_state();
  auto four = simulator.make_state(4);
  EXPECT_EQ(simulator.run(one, presentation, nullptr).readout,
            simulator.run(four, presentation, nullptr).readout);
}

TEST(ReadAt, RefusesPositionsThatDoNotAscendOrDoNotExist) {
  const Network network = map_readout();
  const Simulator simulator(network);
  const std::vector<float> values(3 * 6 * 7, 0.4F);
  auto state = simulator.make_state();
  for (const std::vector<std::uint32_t>& positions :
       {std::vector<std::uint32_t>{42}, {1, 1}, {2, 1}, {0, 100}}) {
    EXPECT_THROW((void)simulator.run(state, {.values = values, .steps = 2, .read_at = positions}, nullptr),
                 Error);
  }
}

/// Offers a record for every population.
class Offer : public Observer {
 public:
  explicit Offer(SpikeRecord* record) : record_(record) {}
  void spikes(PopulationId /*population*/, Step /*step*/, std::span<const UnitId> /*units*/) override {}
  [[nodiscard]] SpikeRecord* record(PopulationId population) override {
    return population == 1 ? record_ : nullptr;
  }

 private:
  SpikeRecord* record_;
};

TEST(SpikeRecord, IsRefusedWhereItDoesNotFit) {
  const Network network = map_readout();
  const Simulator simulator(network);
  const std::vector<float> values(3 * 6 * 7, 0.4F);
  auto state = simulator.make_state();
  const Shape shape = network.populations[1].shape;
  SpikeRecord good(shape, 4, false);
  SpikeRecord long_one(shape, 5, false);
  SpikeRecord signed_one(shape, 4, true);
  SpikeRecord wide({.channels = 8, .height = 6, .width = 8}, 4, false);
  const auto run = [&](const std::vector<const SpikeRecord*>& replayed, SpikeRecord* record) {
    Offer offer(record);
    (void)simulator.run(state, {.values = values, .steps = 4, .replayed = replayed}, &offer);
  };
  EXPECT_NO_THROW(run({nullptr, &good, nullptr}, &good));
  EXPECT_THROW(run({nullptr, &good}, nullptr), Error);           // a population is missing
  EXPECT_THROW(run({nullptr, nullptr, &good}, nullptr), Error);  // a readout fires nothing
  for (SpikeRecord* bad : {&long_one, &signed_one, &wide}) {
    EXPECT_THROW(run({nullptr, bad, nullptr}, nullptr), Error);
    EXPECT_THROW(run({}, bad), Error);
  }
}

}  // namespace
}  // namespace homolog::sim::replay_test
