// The engine against the network's definition executed literally (tests/support/dense_simulator.hpp), on
// random networks with every kernel, role, neuron model and kind of connection: equal to the last bit.

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "sim/engine/simd.hpp"
#include "sim/engine/simulator.hpp"
#include "tests/support/dense_simulator.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::sim::engine_equals_definition_test {
namespace {

using test::DenseRun;
using test::DenseSimulator;
using test::RandomNetwork;

/// Spikes as the dense simulator lists them: [population][step], ascending.
class Raster : public Observer {
 public:
  Raster(std::size_t populations, Step steps)
      : spikes_(populations, std::vector<std::vector<UnitId>>(steps)), negative_(spikes_) {}
  void spikes(PopulationId population, Step step, std::span<const UnitId> units) override {
    EXPECT_FALSE(units.empty());
    EXPECT_TRUE(spikes_.at(population).at(step).empty()) << "called twice";
    spikes_[population][step].assign(units.begin(), units.end());
  }
  void negative_spikes(PopulationId population, Step step, std::span<const UnitId> units) override {
    EXPECT_FALSE(units.empty());
    EXPECT_TRUE(negative_.at(population).at(step).empty()) << "called twice";
    negative_[population][step].assign(units.begin(), units.end());
  }
  [[nodiscard]] const std::vector<std::vector<std::vector<UnitId>>>& all() const { return spikes_; }
  [[nodiscard]] const std::vector<std::vector<std::vector<UnitId>>>& negative() const { return negative_; }

 private:
  std::vector<std::vector<std::vector<UnitId>>> spikes_;
  std::vector<std::vector<std::vector<UnitId>>> negative_;
};

std::vector<std::uint32_t> bits(std::span<const float> values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) {
    bits.push_back(std::bit_cast<std::uint32_t>(value));
  }
  return bits;
}

struct Outcome {
  std::vector<std::vector<std::vector<UnitId>>> spikes{};
  std::vector<std::vector<std::vector<UnitId>>> negative{};
  std::vector<std::vector<std::uint32_t>> potentials{};
  std::vector<std::vector<std::uint32_t>> currents{};
  std::vector<double> readout{};
  std::uint64_t synaptic_operations = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

constexpr Step kSteps = 12;

Outcome simulate(const Simulator& simulator, Simulator::State& state, const RandomNetwork& random,
                 std::uint64_t seed, Step steps = kSteps) {
  const std::size_t populations = random.network().populations.size();
  Raster raster(populations, steps);
  const Response response =
      simulator.run(state, {.values = random.stimulus(), .steps = steps, .seed = seed, .image = 7}, &raster);
  Outcome outcome{.spikes = raster.all(),
                  .negative = raster.negative(),
                  .potentials = {},
                  .currents = {},
                  .readout = response.readout,
                  .synaptic_operations = response.synaptic_operations};
  for (PopulationId p = 0; p < populations; ++p) {
    outcome.potentials.push_back(bits(state.potentials(p)));
    outcome.currents.push_back(bits(state.currents(p)));
    std::uint64_t spikes = 0;
    for (const auto& units : raster.all()[p]) {
      spikes += units.size();
    }
    std::uint64_t negative = 0;
    for (const auto& units : raster.negative()[p]) {
      negative += units.size();
    }
    EXPECT_EQ(response.spikes[p], spikes + negative);
    EXPECT_EQ(response.negative_spikes[p], negative);
  }
  return outcome;
}

Outcome simulate(const RandomNetwork& random, std::uint64_t seed, Step steps = kSteps, int threads = 1) {
  const Simulator simulator(random.network());
  auto state = simulator.make_state(threads);
  return simulate(simulator, state, random, seed, steps);
}

struct Case {
  const char* name;
  unsigned networks;
  Step steps;
  test::RandomNetworkOptions options;
  int threads;
  std::uint64_t spikes;  ///< at least so many of each kind of population, so that the case is worth its time
};

class Definition : public testing::TestWithParam<Case> {};

TEST_P(Definition, IsWhatTheEngineComputesSpikeBySpikeAndBitByBit) {
  const Case& c = GetParam();
  // As many threads as asked for, also on a machine with fewer cores.
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(c.threads));
  std::map<std::string, std::uint64_t> seen;
  for (unsigned seed = 0; seed < c.networks; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, c.options);
    ASSERT_NO_THROW(validate(random.network()));
    const DenseRun expected = DenseSimulator(random.network()).run(random.stimulus(), c.steps, seed, 7);
    const Outcome outcome = simulate(random, seed, c.steps, c.threads);
    for (PopulationId p = 0; p < random.network().populations.size(); ++p) {
      SCOPED_TRACE("population " + std::to_string(p));
      ASSERT_EQ(outcome.spikes[p], expected.spikes[p]);
      ASSERT_EQ(outcome.negative[p], expected.negative[p]);
      ASSERT_EQ(outcome.potentials[p], bits(expected.potentials[p]));
      if (!outcome.currents[p].empty()) {
        ASSERT_EQ(outcome.currents[p], bits(expected.currents[p]));
      }
      const std::size_t role = random.network().populations[p].role.index();
      for (const auto& units : expected.spikes[p]) {
        seen["spikes of role " + std::to_string(role)] += units.size();
      }
      for (const auto& units : expected.negative[p]) {
        seen["negative spikes of role " + std::to_string(role)] += units.size();
      }
    }
    for (const Projection& projection : random.network().projections) {
      ++seen["kernel " + std::to_string(projection.kernel.index())];
      std::visit(
          [&](const auto& kernel) {
            if constexpr (requires { kernel.int8; }) {
              seen["int8"] += kernel.int8.values.empty() ? 0U : 1U;
            }
          },
          projection.kernel);
      seen["recurrent"] += projection.target <= projection.source ? 1U : 0U;
    }
    ASSERT_EQ(outcome.readout, expected.readout);
    ASSERT_EQ(outcome.synaptic_operations, expected.synaptic_operations);
    seen["readouts"] += expected.readout.empty() ? 0U : 1U;
  }
  for (const char* what : {"spikes of role 1", "spikes of role 2", "spikes of role 4"}) {
    EXPECT_GT(seen[what], c.spikes) << what;
  }
  for (const char* what : {"negative spikes of role 2", "negative spikes of role 4"}) {
    EXPECT_EQ(c.options.with_signs, seen[what] > 0) << what;
  }
  for (const char* what :
       {"kernel 0", "kernel 1", "kernel 2", "kernel 3", "kernel 4", "recurrent", "readouts"}) {
    EXPECT_GT(seen[what], c.networks / 8) << what;
  }
  EXPECT_TRUE(!c.options.int8 || seen["int8"] > c.networks / 8);
}

INSTANTIATE_TEST_SUITE_P(
    Engine, Definition,
    testing::Values(
        Case{.name = "Small", .networks = 400, .steps = kSteps, .options = {}, .threads = 1, .spikes = 10000},
        Case{.name = "Int8",
             .networks = 200,
             .steps = kSteps,
             .options = {.int8 = true},
             .threads = 1,
             .spikes = 10000},
        Case{.name = "SeveralBlocksOfSteps",
             .networks = 60,
             .steps = 150,
             .options = {.int8 = true},
             .threads = 1,
             .spikes = 10000},
        Case{.name = "CountsBeyondAByte",
             .networks = 24,
             .steps = 300,
             .options = {},
             .threads = 1,
             .spikes = 1000},
        Case{.name = "Signs",
             .networks = 300,
             .steps = 30,
             .options = {.int8 = true, .with_signs = true},
             .threads = 1,
             .spikes = 10000},
        Case{.name = "SignsAndCountsBeyondAByte",
             .networks = 24,
             .steps = 300,
             .options = {.with_signs = true},
             .threads = 1,
             .spikes = 1000},
        Case{.name = "SignsAndManyChannelsThreeThreads",
             .networks = 120,
             .steps = 20,
             .options = {.wide = true, .with_signs = true},
             .threads = 3,
             .spikes = 5000},
        Case{.name = "ManyChannels",
             .networks = 40,
             .steps = 20,
             .options = {.int8 = true, .wide = true},
             .threads = 1,
             .spikes = 5000},
        Case{.name = "ManyChannelsThreeThreads",
             .networks = 40,
             .steps = 20,
             .options = {.int8 = true, .wide = true},
             .threads = 3,
             .spikes = 5000},
        Case{.name = "FourThreads",
             .networks = 100,
             .steps = 70,
             .options = {},
             .threads = 4,
             .spikes = 10000}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Engine, HasTheSameBitsOnEveryInstructionSet) {
  const std::vector<std::string> sets = instruction_sets();
  ASSERT_FALSE(sets.empty());
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed,
                               {.int8 = seed % 2 == 1, .wide = seed % 3 == 0, .with_signs = seed % 4 == 1});
    const Outcome best = simulate(random, seed, 70);
    for (const std::string& set : sets) {
      SCOPED_TRACE(set);
      use_instruction_set(set);
      const Outcome other = simulate(random, seed, 70);
      use_instruction_set("");
      ASSERT_EQ(other, best);
    }
  }
}

TEST(Engine, AReusedStateGivesTheBitsOfAFreshOne) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed);
    const Simulator simulator(random.network());
    auto state = simulator.make_state();
    const Outcome first = simulate(simulator, state, random, seed);
    const std::vector<float> other(random.stimulus().size(), 0.9F);
    (void)simulator.run(state, {.values = other, .steps = 5, .seed = 1, .image = 3}, nullptr);
    ASSERT_EQ(simulate(simulator, state, random, seed), first);
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

TEST(Engine, AnInterruptedPresentationLeavesNothingBehind) {
  unsigned interrupted = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed);
    const Simulator simulator(random.network());
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

TEST(Engine, AnObserverChangesNothing) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    const RandomNetwork random(seed);
    const Simulator simulator(random.network());
    auto state = simulator.make_state();
    const Outcome observed = simulate(simulator, state, random, seed);
    const Response response = simulator.run(
        state, {.values = random.stimulus(), .steps = kSteps, .seed = seed, .image = 7}, nullptr);
    ASSERT_EQ(response.readout, observed.readout) << seed;
    ASSERT_EQ(response.synaptic_operations, observed.synaptic_operations) << seed;
  }
}

TEST(Engine, ThreadsThatShareASimulatorDoNotDisturbEachOther) {
  const RandomNetwork random(11);
  const Simulator simulator(random.network());
  const Outcome alone = simulate(random, 11);
  std::vector<Outcome> outcomes(4);
  {
    std::vector<std::thread> threads;
    for (Outcome& outcome : outcomes) {
      threads.emplace_back([&simulator, &random, &outcome] {
        auto state = simulator.make_state();
        for (int repetition = 0; repetition < 20; ++repetition) {
          outcome = simulate(simulator, state, random, 11);
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

struct PhasesCase {
  const char* name;
  unsigned networks;
  Step steps;
  int threads;
  test::RandomNetworkOptions options;
};

class PhasesDefinition : public testing::TestWithParam<PhasesCase> {};

TEST_P(PhasesDefinition, IsWhatTheEngineComputesBitByBitOnEveryInstructionSet) {
  const PhasesCase& c = GetParam();
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(c.threads));
  std::uint64_t spikes = 0;
  for (unsigned seed = 0; seed < c.networks; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, c.options);
    ASSERT_NO_THROW(validate(random.network()));
    const DenseRun expected = DenseSimulator(random.network()).run(random.stimulus(), c.steps, seed, 7);
    for (const std::string& set : instruction_sets()) {
      SCOPED_TRACE(set);
      use_instruction_set(set);
      const Outcome outcome = simulate(random, seed, c.steps, c.threads);
      use_instruction_set("");
      ASSERT_EQ(outcome.spikes, expected.spikes);
      for (PopulationId p = 0; p < random.network().populations.size(); ++p) {
        ASSERT_EQ(outcome.potentials[p], bits(expected.potentials[p])) << p;
      }
      ASSERT_EQ(outcome.readout, expected.readout);
      ASSERT_EQ(outcome.synaptic_operations, expected.synaptic_operations);
    }
    for (const auto& population : expected.spikes) {
      for (const auto& units : population) {
        spikes += units.size();
      }
    }
  }
  EXPECT_GT(spikes, 10000U);
}

INSTANTIATE_TEST_SUITE_P(Engine, PhasesDefinition,
                         testing::Values(PhasesCase{.name = "Small",
                                                    .networks = 150,
                                                    .steps = 20,
                                                    .threads = 1,
                                                    .options = {.int8 = true, .phases = true}},
                                         PhasesCase{.name = "SeveralBlocksOfSteps",
                                                    .networks = 40,
                                                    .steps = 150,
                                                    .threads = 1,
                                                    .options = {.int8 = true, .phases = true}},
                                         PhasesCase{.name = "ManyChannelsThreeThreads",
                                                    .networks = 20,
                                                    .steps = 70,
                                                    .threads = 3,
                                                    .options = {.int8 = true, .wide = true, .phases = true}}),
                         [](const auto& tested) { return std::string(tested.param.name); });

// Every unit of a network of integrate-and-fire neurons with reset by subtraction:
// sum of input = threshold * spikes + v_end - v_0. Exact: see RandomNetworkOptions::exact.
// With phases, input and spikes of a step count by its worth.
TEST(Engine, EveryNeuronConservesCharge) {
  std::uint64_t neurons = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, {.exact = true, .conserving = true, .phases = seed >= 200});
    const DenseRun inputs = DenseSimulator(random.network()).run(random.stimulus(), kSteps, seed, 7);
    const Simulator simulator(random.network());
    auto state = simulator.make_state();
    Raster raster(random.network().populations.size(), kSteps);
    (void)simulator.run(state, {.values = random.stimulus(), .steps = kSteps, .seed = seed, .image = 7},
                        &raster);
    for (PopulationId p = 0; p < random.network().populations.size(); ++p) {
      const auto* role = std::get_if<Neurons>(&random.network().populations[p].role);
      if (role == nullptr) {
        continue;
      }
      const auto& model = std::get<IntegrateAndFire>(role->model);
      std::vector<double> charge(state.potentials(p).size(), 0.0);
      for (Step step = 0; step < kSteps; ++step) {
        for (const UnitId unit : raster.all()[p][step]) {
          charge[unit] += double{worth(step, random.network().phases)} * double{model.threshold};
        }
      }
      for (std::size_t unit = 0; unit < charge.size(); ++unit) {
        const double v_end = double{state.potentials(p)[unit]};
        ASSERT_EQ(inputs.summed_input[p][unit], charge[unit] + v_end - double{model.initial_potential()});
        ++neurons;
      }
    }
  }
  EXPECT_GT(neurons, 10000U);
}

TEST(Engine, AGateHasSpikedAsOftenAsTheBusiestUnitOfItsWindowAfterEveryStep) {
  std::uint64_t spikes = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed);
    const Network& network = random.network();
    const Simulator simulator(network);
    auto state = simulator.make_state();
    Raster raster(network.populations.size(), kSteps);
    (void)simulator.run(state, {.values = random.stimulus(), .steps = kSteps, .seed = seed, .image = 7},
                        &raster);
    for (const Projection& projection : network.projections) {
      const auto* pool = std::get_if<MaxPool>(&projection.kernel);
      if (pool == nullptr) {
        continue;
      }
      for (UnitId target = 0; target < pool->out.size(); ++target) {
        std::vector<UnitId> window;
        for (UnitId source = 0; source < pool->in.size(); ++source) {
          if (test::dense_detail::WeightOf{source, target}(*pool)) {
            window.push_back(source);
          }
        }
        if (window.empty()) {
          continue;  // a channel of another projection, or a window outside the map
        }
        std::map<UnitId, int> source_counts;
        int gate_count = 0;
        for (Step s = 0; s < kSteps; ++s) {
          if (s >= projection.delay) {
            for (const UnitId unit : raster.all()[projection.source][s - projection.delay]) {
              ++source_counts[unit];
            }
          }
          int busiest = 0;
          for (const UnitId source : window) {
            busiest = std::max(busiest, source_counts[source]);
          }
          const auto& gate = raster.all()[projection.target][s];
          gate_count += std::binary_search(gate.begin(), gate.end(), target) ? 1 : 0;
          ASSERT_EQ(gate_count, busiest);
          spikes += static_cast<std::uint64_t>(gate_count);
        }
      }
    }
  }
  EXPECT_GT(spikes, 1000U);
}

/// Potentials at onset for some of the populations; some units are silenced.
std::vector<std::vector<float>> random_onset(const Network& network, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<float>> initial(network.populations.size());
  for (PopulationId p = 0; p < initial.size(); ++p) {
    const Population& population = network.populations[p];
    if (std::holds_alternative<Neurons>(population.role) && random() % 4 != 0) {
      for (std::int64_t i = 0; i < population.shape.size(); ++i) {
        const float v = static_cast<float>(random() % 1000) * 0.004F - 1.5F;
        initial[p].push_back(random() % 5 == 0 ? -std::numeric_limits<float>::infinity() : v);
      }
    }
  }
  return initial;
}

TEST(Engine, BeginsWithThePotentialsOfThePresentationAndKeepsTheExtremesOfTheDefinition) {
  std::uint64_t fired = 0;
  std::uint64_t silenced = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomNetwork random(seed, {.int8 = seed % 2 == 1, .wide = seed % 5 == 0});
    const std::size_t populations = random.network().populations.size();
    const auto initial = random_onset(random.network(), seed);
    const Step steps = seed % 3 == 0 ? 70 : kSteps;  // also over several blocks
    const DenseRun expected =
        DenseSimulator(random.network()).run(random.stimulus(), steps, seed, 7, initial, 5);
    const Simulator simulator(random.network());
    auto state = simulator.make_state(seed % 4 == 0 ? 3 : 1);
    for (const bool keeps : {true, false, true}) {
      Raster raster(populations, steps);
      const Response response = simulator.run(state,
                                              {.values = random.stimulus(),
                                               .steps = steps,
                                               .seed = seed,
                                               .image = 7,
                                               .earlier_steps = 5,
                                               .initial = initial,
                                               .keeps_extremes = keeps},
                                              &raster);
      ASSERT_EQ(response.readout, expected.readout);
      for (PopulationId p = 0; p < populations; ++p) {
        SCOPED_TRACE("population " + std::to_string(p));
        ASSERT_EQ(raster.all()[p], expected.spikes[p]);
        ASSERT_EQ(bits(state.potentials(p)), bits(expected.potentials[p]));
        const PotentialExtremes extremes = state.extremes(p);
        ASSERT_EQ(extremes.lowest_firing, keeps ? expected.lowest_firing[p] : std::vector<float>{});
        ASSERT_EQ(extremes.highest_silent, keeps ? expected.highest_silent[p] : std::vector<float>{});
        for (std::size_t unit = 0; unit < initial[p].size(); ++unit) {
          if (std::isinf(initial[p][unit])) {
            ASSERT_TRUE(std::isinf(expected.lowest_firing[p][unit])) << "a silenced unit fired";
            ++silenced;
          } else {
            fired += std::isinf(expected.lowest_firing[p][unit]) ? 0U : 1U;
          }
        }
      }
    }
  }
  EXPECT_GT(fired, 1000U);
  EXPECT_GT(silenced, 1000U);
}

TEST(Engine, GoesOnAfterEarlierStepsWithFreshRandomNumbers) {
  const Shape shape{.channels = 200};
  Network network;
  network.populations = {{.name = "input", .shape = shape, .role = PoissonInput{}}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> values(200, 0.5F);
  Raster whole(1, 8);
  (void)simulator.run(state, {.values = values, .steps = 8}, &whole);
  Raster rest(1, 5);
  (void)simulator.run(state, {.values = values, .steps = 5, .earlier_steps = 3}, &rest);
  for (Step step = 0; step < 5; ++step) {
    EXPECT_EQ(rest.all()[0][step], whole.all()[0][3 + step]);
  }
}

TEST(Engine, RefusesInitialPotentialsThatDoNotFit) {
  const Shape shape{.channels = 3};
  Network network;
  network.populations = {{.name = "input", .shape = shape, .role = PoissonInput{}},
                         {.name = "neurons", .shape = shape, .role = Neurons{IntegrateAndFire{}}}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> values(3, 0.5F);
  for (const std::vector<std::vector<float>>& initial :
       {std::vector<std::vector<float>>(1), {{}, {0.5F}}, {{0.5F, 0.5F, 0.5F}, {}}}) {
    EXPECT_THROW((void)simulator.run(state, {.values = values, .steps = 1, .initial = initial}, nullptr),
                 Error);
  }
}

}  // namespace
}  // namespace homolog::sim::engine_equals_definition_test
