// Networks so small that paper and pencil tell what they do, event by event.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/asynchronous/asynchronous_simulator.hpp"
#include "tests/sim/asynchronous/outcome.hpp"

namespace homolog::sim::closed_forms_test {
namespace {

using test::Outcome;
using test::outcome_of;
using Steps = std::vector<Step>;

/// Builds networks unit by unit; population 0 is an analog input of one unit with value 1.
class Wiring {
 public:
  Wiring() {
    network_.populations.push_back({.name = "input", .shape = {.channels = 1}, .role = AnalogInput{}});
  }
  /// A population of equal units.
  PopulationId add(Role role, std::int64_t units = 1) {
    network_.populations.push_back({.name = "p" + std::to_string(network_.populations.size()),
                                    .shape = {.channels = units},
                                    .role = role});
    return static_cast<PopulationId>(network_.populations.size() - 1);
  }
  /// All to all; weights [source unit][target unit].
  void connect(PopulationId source, PopulationId target, std::vector<float> weights, Step delay = 0) {
    const Shape& out = network_.populations[target].shape;
    network_.projections.push_back({.source = source,
                                    .target = target,
                                    .delay = delay,
                                    .kernel = Dense{.in = network_.populations[source].shape,
                                                    .out = out,
                                                    .channels = out.channels,
                                                    .weights = std::move(weights)}});
  }
  /// Unit by unit.
  void pool(PopulationId source, PopulationId gate) {
    const Shape& shape = network_.populations[source].shape;
    network_.projections.push_back(
        {.source = source, .target = gate, .kernel = MaxPool{.in = shape, .out = shape, .window = {}}});
  }
  [[nodiscard]] const Network& network() const { return network_; }

  [[nodiscard]] Outcome synchronous(Step steps) const { return run(Simulator(network_), steps, 0); }
  [[nodiscard]] Outcome asynchronous(Step steps, EventOrder order = EventOrder::unit,
                                     std::uint64_t image = 0) const {
    return run(AsynchronousSimulator(network_, order), steps, image);
  }

 private:
  template <class AnySimulator>
  [[nodiscard]] Outcome run(const AnySimulator& simulator, Step steps, std::uint64_t image) const {
    auto state = simulator.make_state();
    const std::vector<float> one{1.0F};
    return outcome_of(simulator, state, network_, {.values = one, .steps = steps, .seed = 5, .image = image});
  }
  Network network_{};
};

/// Steps in which a unit fires.
Steps times(const Outcome& outcome, PopulationId population, UnitId unit = 0) {
  Steps times;
  for (Step step = 0; step < outcome.spikes[population].size(); ++step) {
    for (const UnitId fired : outcome.spikes[population][step]) {
      if (fired == unit) {
        times.push_back(step);
      }
    }
  }
  return times;
}

const Neurons kNeuron{IntegrateAndFire{}};

TEST(Asynchronous, ANeuronWithConstantCurrentFiresAsInTheSynchronousEngine) {
  std::vector<Neuron> models;
  for (const Reset reset : {Reset::subtract, Reset::zero}) {
    for (const Step refractory : {0U, 1U, 5U}) {
      for (const float initial : {-0.5F, 0.0F, 0.5F, 1.75F}) {
        models.emplace_back(IntegrateAndFire{.reset = reset, .initial = initial, .refractory = refractory});
        models.emplace_back(LeakyIntegrateAndFire{
            .reset = reset, .initial = initial, .refractory = refractory, .decay = 0.9F});
      }
    }
  }
  for (const Neuron& model : models) {
    for (const float current : {-0.25F, 0.0F, 0.1F, 0.37F, 1.0F, 2.5F}) {
      Wiring wiring;
      const PopulationId neuron = wiring.add(Neurons{model});
      wiring.connect(0, neuron, {current});
      EXPECT_EQ(wiring.asynchronous(50), wiring.synchronous(50)) << current;
    }
  }
}

/// Source -> target directly, and source -> interneuron -> target with the opposite sign.
struct Race {
  Wiring wiring{};
  PopulationId source = wiring.add(kNeuron);
  PopulationId inhibitor = wiring.add(kNeuron);
  PopulationId target = wiring.add(kNeuron);
  Race() {
    wiring.connect(0, source, {1.0F});
    wiring.connect(source, inhibitor, {1.0F});
    wiring.connect(source, target, {1.0F});
    wiring.connect(inhibitor, target, {-1.0F});
  }
};

// In a step the target gets 1 - 1 = 0. Alone, the excitation comes first and fires it once; after that its
// potential alternates between -1 (inhibited) and 0.
TEST(Asynchronous, ExcitationThatComesBeforeInhibitionOfTheSameStepFires) {
  const Race race;
  const Outcome together = race.wiring.synchronous(6);
  EXPECT_EQ(times(together, race.inhibitor), (Steps{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(times(together, race.target), Steps{});
  EXPECT_EQ(together.potentials[race.target], test::bits(std::vector<float>{0.0F}));
  const Outcome alone = race.wiring.asynchronous(6);
  EXPECT_EQ(times(alone, race.inhibitor), (Steps{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(times(alone, race.target), Steps{0});
  EXPECT_EQ(alone.potentials[race.target], test::bits(std::vector<float>{-1.0F}));
}

// Two sources of equal rank excite and inhibit: who comes first decides.
TEST(Asynchronous, TheOrderOfATickIsThatOfUnitsOrDrawnFromSeedImageAndStep) {
  Wiring wiring;
  const PopulationId sources = wiring.add(kNeuron, 2);
  const PopulationId target = wiring.add(kNeuron);
  wiring.connect(0, sources, {1.0F, 1.0F});
  wiring.connect(sources, target, {1.0F, -1.0F});
  EXPECT_EQ(times(wiring.asynchronous(1), target), Steps{0});
  int fired = 0;
  constexpr int kImages = 400;
  for (std::uint64_t image = 0; image < kImages; ++image) {
    const Outcome outcome = wiring.asynchronous(1, EventOrder::random, image);
    fired += static_cast<int>(times(outcome, target).size());
    EXPECT_EQ(outcome, wiring.asynchronous(1, EventOrder::random, image));
  }
  EXPECT_NEAR(fired, kImages / 2, 50);  // five standard deviations of fair coins
}

// 3 x 0.75 arrive in each step, one spike after the other.
TEST(Asynchronous, AUnitFiresAtMostOncePerStepAndKeepsTheRest) {
  Wiring wiring;
  const PopulationId sources = wiring.add(kNeuron, 3);
  const PopulationId target = wiring.add(kNeuron);
  wiring.connect(0, sources, {1.0F, 1.0F, 1.0F});
  wiring.connect(sources, target, {0.75F, 0.75F, 0.75F});
  const Outcome outcome = wiring.asynchronous(4);
  EXPECT_EQ(times(outcome, target), (Steps{0, 1, 2, 3}));
  EXPECT_EQ(outcome.potentials[target], test::bits(std::vector<float>{4 * 3 * 0.75F - 4.0F}));
}

// One spike of weight 3: the rest fires in the steps after it, at their ticks.
TEST(Asynchronous, WhatIsLeftAboveTheThresholdFiresAtTheNextTick) {
  Wiring wiring;
  const PopulationId source =
      wiring.add(Neurons{IntegrateAndFire{.initial = 1.0F}});  // fires in step 0 alone
  const PopulationId target = wiring.add(kNeuron);
  wiring.connect(source, target, {3.0F}, 2);
  const Outcome outcome = wiring.asynchronous(8);
  EXPECT_EQ(times(outcome, source), Steps{0});
  EXPECT_EQ(times(outcome, target), (Steps{2, 3, 4}));
  EXPECT_EQ(outcome, wiring.synchronous(8));
}

// As in the synchronous engine the period begins after the step of the spike. 2.25 per step: step 0 fires and
// keeps 1.25, steps 1 and 2 are dropped, the tick of step 3 fires, 0.25 + 2.25 are kept, and so on.
TEST(Asynchronous, ARefractoryUnitDropsItsInputAfterTheStepOfTheSpike) {
  Wiring wiring;
  const PopulationId sources = wiring.add(kNeuron, 3);
  const PopulationId target = wiring.add(Neurons{IntegrateAndFire{.refractory = 2}});
  wiring.connect(0, sources, {1.0F, 1.0F, 1.0F});
  wiring.connect(sources, target, {0.75F, 0.75F, 0.75F});
  const Outcome outcome = wiring.asynchronous(9);
  EXPECT_EQ(times(outcome, target), (Steps{0, 3, 6}));
  EXPECT_EQ(outcome.potentials[target], test::bits(std::vector<float>{3 * 2.25F - 3.0F}));
}

TEST(Asynchronous, AGateEmitsAtOnceWhenTheLargestCountRises) {
  Wiring wiring;
  const PopulationId sources = wiring.add(kNeuron, 2);
  const PopulationId gate = wiring.add(MaxGate{}, 2);
  wiring.connect(0, sources, {1.0F, 0.5F});
  wiring.pool(sources, gate);
  const Outcome outcome = wiring.asynchronous(4);
  EXPECT_EQ(times(outcome, gate, 0), (Steps{0, 1, 2, 3}));
  EXPECT_EQ(times(outcome, gate, 1), (Steps{1, 3}));
}

// A relay is synapses, not a neuron: what one spike gives over its units comes as one sum, here 2 - 2 = 0.
TEST(Asynchronous, ARelayPassesOnTheSumOfOneEvent) {
  Wiring wiring;
  const PopulationId source = wiring.add(kNeuron);
  const PopulationId relay = wiring.add(Relay{}, 2);
  const PopulationId target = wiring.add(kNeuron);
  wiring.connect(0, source, {1.0F});
  wiring.connect(source, relay, {1.0F, 1.0F});
  wiring.connect(relay, target, {2.0F, -2.0F});
  EXPECT_EQ(times(wiring.asynchronous(3), target), Steps{});
}

// Two spikes of a step go through the relay one after the other, and so do their effects.
TEST(Asynchronous, ARelayDoesNotWaitForOtherEventsOfTheStep) {
  Wiring wiring;
  const PopulationId sources = wiring.add(kNeuron, 2);
  const PopulationId relay = wiring.add(Relay{});
  const PopulationId target = wiring.add(kNeuron);
  wiring.connect(0, sources, {1.0F, 1.0F});
  wiring.connect(sources, relay, {1.0F, -1.0F});
  wiring.connect(relay, target, {1.0F});
  EXPECT_EQ(times(wiring.synchronous(1), target), Steps{});
  EXPECT_EQ(times(wiring.asynchronous(1), target), Steps{0});
}

TEST(Asynchronous, AReadoutSumsAllContributionsOfAStep) {
  const Race race;
  Wiring wiring = race.wiring;
  const PopulationId readout = wiring.add(Readout{}, 2);
  wiring.connect(0, readout, {0.5F, 0.0F});
  wiring.connect(race.inhibitor, readout, {1.0F, -2.0F});
  EXPECT_EQ(wiring.asynchronous(3).readout, (std::vector<double>{1.5, -2.0, 3.0, -4.0, 4.5, -6.0}));
}

}  // namespace
}  // namespace homolog::sim::closed_forms_test
