// The asynchronous simulator against its definition executed literally (literal_asynchronous.hpp), on random
// networks with every kernel, role, neuron model and kind of connection: equal to the last bit.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "sim/core/error.hpp"
#include "tests/sim/asynchronous/literal_asynchronous.hpp"
#include "tests/sim/asynchronous/outcome.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::sim::definition_test {
namespace {

using test::bits;
using test::LiteralAsynchronous;
using test::LiteralRun;
using test::Outcome;
using test::RandomNetwork;

constexpr Step kSteps = 12;
constexpr std::uint64_t kImage = 7;

Outcome simulate(const AsynchronousSimulator& simulator, AsynchronousSimulator::State& state,
                 const RandomNetwork& random, std::uint64_t seed, Step steps = kSteps) {
  return test::outcome_of(simulator, state, random.network(),
                          {.values = random.stimulus(), .steps = steps, .seed = seed, .image = kImage});
}

struct Case {
  const char* name;
  unsigned networks;
  Step steps;
  test::RandomNetworkOptions options;
  EventOrder order;
  std::uint64_t spikes;  ///< at least so many of each kind of population, so that the case is worth its time
};

class AsynchronousDefinition : public testing::TestWithParam<Case> {};

TEST_P(AsynchronousDefinition, IsWhatTheSimulatorComputesSpikeBySpikeAndBitByBit) {
  const Case& c = GetParam();
  std::map<std::string, std::uint64_t> seen;
  for (unsigned seed = 0; seed < c.networks; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, c.options);
    const LiteralRun expected = LiteralAsynchronous(random.network(), c.order == EventOrder::random)
                                    .run(random.stimulus(), c.steps, seed, kImage);
    const AsynchronousSimulator simulator(random.network(), c.order);
    auto state = simulator.make_state();
    const Outcome outcome = simulate(simulator, state, random, seed, c.steps);
    for (PopulationId p = 0; p < random.network().populations.size(); ++p) {
      SCOPED_TRACE("population " + std::to_string(p));
      ASSERT_EQ(outcome.spikes[p], expected.spikes[p]);
      ASSERT_EQ(outcome.potentials[p], bits(expected.potentials[p]));
      if (!outcome.currents[p].empty()) {
        ASSERT_EQ(outcome.currents[p], bits(expected.currents[p]));
      }
      const std::size_t role = random.network().populations[p].role.index();
      for (const auto& units : expected.spikes[p]) {
        seen["spikes of role " + std::to_string(role)] += units.size();
      }
    }
    for (const Projection& projection : random.network().projections) {
      ++seen["kernel " + std::to_string(projection.kernel.index())];
      seen["recurrent"] += projection.target <= projection.source ? 1U : 0U;
    }
    ASSERT_EQ(outcome.readout, expected.readout);
    ASSERT_EQ(outcome.synaptic_operations, expected.synaptic_operations);
    seen["readouts"] += expected.readout.empty() ? 0U : 1U;
    seen["relayed with delay"] += expected.relayed_with_delay;
  }
  for (const char* what : {"spikes of role 1", "spikes of role 2", "spikes of role 4"}) {
    EXPECT_GT(seen[what], c.spikes) << what;
  }
  for (const char* what :
       {"kernel 0", "kernel 1", "kernel 2", "kernel 3", "kernel 4", "recurrent", "readouts"}) {
    EXPECT_GT(seen[what], c.networks / 10) << what;
  }
  EXPECT_GT(seen["relayed with delay"], 100U);
}

INSTANTIATE_TEST_SUITE_P(Asynchronous, AsynchronousDefinition,
                         testing::Values(Case{.name = "ByUnit",
                                              .networks = 300,
                                              .steps = kSteps,
                                              .options = {},
                                              .order = EventOrder::unit,
                                              .spikes = 5000},
                                         Case{.name = "InRandomOrder",
                                              .networks = 200,
                                              .steps = kSteps,
                                              .options = {},
                                              .order = EventOrder::random,
                                              .spikes = 5000},
                                         Case{.name = "Int8",
                                              .networks = 100,
                                              .steps = kSteps,
                                              .options = {.int8 = true},
                                              .order = EventOrder::unit,
                                              .spikes = 5000},
                                         Case{.name = "ManyChannels",
                                              .networks = 24,
                                              .steps = 8,
                                              .options = {.int8 = true, .wide = true},
                                              .order = EventOrder::random,
                                              .spikes = 1000}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Asynchronous, ConservesTheChargeOfEveryNeuron) {
  std::uint64_t neurons = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, {.exact = true, .conserving = true});
    const LiteralRun inputs =
        LiteralAsynchronous(random.network(), false).run(random.stimulus(), kSteps, seed, kImage);
    const AsynchronousSimulator simulator(random.network());
    auto state = simulator.make_state();
    const Outcome outcome = simulate(simulator, state, random, seed);
    for (PopulationId p = 0; p < random.network().populations.size(); ++p) {
      const auto* role = std::get_if<Neurons>(&random.network().populations[p].role);
      if (role == nullptr) {
        continue;
      }
      const auto& model = std::get<IntegrateAndFire>(role->model);
      const std::vector<float>& initial = random.network().populations[p].initial;
      const std::vector<float> v = state.potentials(p);
      std::vector<double> charge(v.size(), 0.0);
      for (const auto& units : outcome.spikes[p]) {
        for (const UnitId unit : units) {
          charge[unit] += double{model.threshold};
        }
      }
      for (std::size_t unit = 0; unit < charge.size(); ++unit) {
        // Sums are exact: see RandomNetworkOptions::exact.
        ASSERT_EQ(inputs.summed_input[p][unit],
                  charge[unit] + double{v[unit]} -
                      double{initial.empty() ? model.initial_potential() : initial[unit]});
        ++neurons;
      }
    }
  }
  EXPECT_GT(neurons, 5000U);
}

TEST(Asynchronous, AReusedStateGivesTheBitsOfAFreshOneWhateverWasPresentedBefore) {
  for (const EventOrder order : {EventOrder::unit, EventOrder::random}) {
    for (unsigned seed = 0; seed < 60; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const RandomNetwork random(seed);
      const AsynchronousSimulator simulator(random.network(), order);
      auto state = simulator.make_state();
      const Outcome first = simulate(simulator, state, random, seed);
      const std::vector<float> other(random.stimulus().size(), 0.9F);
      (void)simulator.run(state, {.values = other, .steps = 5, .seed = 1, .image = 3}, nullptr);
      ASSERT_EQ(simulate(simulator, state, random, seed), first);
    }
  }
}

TEST(Asynchronous, AnObserverChangesNothing) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const RandomNetwork random(seed);
    const AsynchronousSimulator simulator(random.network());
    auto state = simulator.make_state();
    const Outcome observed = simulate(simulator, state, random, seed);
    const Response response = simulator.run(
        state, {.values = random.stimulus(), .steps = kSteps, .seed = seed, .image = kImage}, nullptr);
    ASSERT_EQ(response.readout, observed.readout) << seed;
    ASSERT_EQ(response.synaptic_operations, observed.synaptic_operations) << seed;
  }
}

/// Breaks a presentation off in the middle, as Ctrl-C does.
class Interrupting : public Observer {
 public:
  void spikes(PopulationId, Step step, std::span<const UnitId>) override {
    if (step >= 3) {
      throw Error(ErrorKind::interrupted, "stop");
    }
  }
};

TEST(Asynchronous, AnInterruptedPresentationLeavesNothingBehind) {
  unsigned interrupted = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed);
    const AsynchronousSimulator simulator(random.network());
    auto state = simulator.make_state();
    const Outcome whole = simulate(simulator, state, random, seed);
    Interrupting observer;
    try {
      (void)simulator.run(state, {.values = random.stimulus(), .steps = kSteps, .seed = seed}, &observer);
    } catch (const Error&) {
      ++interrupted;
    }
    ASSERT_EQ(simulate(simulator, state, random, seed), whole);
  }
  EXPECT_GT(interrupted, 20U);
}

TEST(Asynchronous, ThreadsThatShareASimulatorDoNotDisturbEachOther) {
  const RandomNetwork random(11);
  const AsynchronousSimulator simulator(random.network());
  auto state = simulator.make_state();
  const Outcome alone = simulate(simulator, state, random, 11);
  std::vector<Outcome> outcomes(4);
  {
    std::vector<std::thread> threads;
    for (Outcome& outcome : outcomes) {
      threads.emplace_back([&simulator, &random, &outcome] {
        auto own = simulator.make_state();
        for (int repetition = 0; repetition < 20; ++repetition) {
          outcome = simulate(simulator, own, random, 11);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome, alone);
  }
}

TEST(Asynchronous, RefusesAForeignStateAndAStimulusOfAnotherSize) {
  const RandomNetwork random(11);
  const AsynchronousSimulator simulator(random.network());
  const AsynchronousSimulator other(random.network());
  auto state = other.make_state();
  const Presentation presentation{.values = random.stimulus(), .steps = 1};
  EXPECT_THROW((void)simulator.run(state, presentation, nullptr), Error);
  const std::vector<float> longer(random.stimulus().size() + 1);
  EXPECT_THROW((void)other.run(state, {.values = longer, .steps = 1}, nullptr), Error);
  EXPECT_EQ(other.run(state, {.values = random.stimulus(), .steps = 0}, nullptr).synaptic_operations, 0U);
}

}  // namespace
}  // namespace homolog::sim::definition_test
