// The simulator of window neurons against its definition executed literally
// (tests/support/window_network.hpp) on random networks: equal to the last bit.

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <bit>
#include <map>

#include "sim/engine/simd.hpp"
#include "sim/engine/simulator.hpp"
#include "sim/windowed/windowed_simulator.hpp"
#include "tests/support/window_network.hpp"

namespace homolog::sim::windowed_equals_definition_test {
namespace {

std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) {
    bits.push_back(std::bit_cast<std::uint32_t>(value));
  }
  return bits;
}

/// Times of every unit's spikes.
class Recorder : public WindowObserver {
 public:
  void spikes(PopulationId population, std::span<const UnitId> units,
              std::span<const double> times) override {
    ASSERT_EQ(units.size(), times.size());
    EXPECT_TRUE(std::is_sorted(units.begin(), units.end()));
    for (std::size_t i = 0; i < units.size(); ++i) {
      all_[{population, units[i]}].push_back(times[i]);
    }
  }
  [[nodiscard]] std::vector<double> of(PopulationId population, UnitId unit) const {
    const auto found = all_.find({population, unit});
    return found == all_.end() ? std::vector<double>{} : found->second;
  }

 private:
  std::map<std::pair<PopulationId, UnitId>, std::vector<double>> all_;
};

struct Example {
  Network network{};
  std::vector<float> stimulus{};
};

Example example(unsigned seed) {
  const test::RandomNetwork random(seed, {.wide = seed % 3 == 0});
  return {test::window_network(random.network(), seed, seed % 2 == 0), random.stimulus()};
}

void expect_equal(const Example& example, const WindowedSimulator& simulator,
                  WindowedSimulator::State& state) {
  Recorder recorder;
  const WindowedResponse response = simulator.run(state, example.stimulus, &recorder);
  const test::WindowRun expected = test::run_windows(example.network, example.stimulus);
  EXPECT_EQ(response.readout, expected.readout);
  EXPECT_EQ(bits(response.length), bits(expected.length));
  EXPECT_EQ(response.clipped, expected.clipped);
  EXPECT_EQ(response.synaptic_operations, expected.synaptic_operations);
  for (PopulationId p = 0; p < example.network.populations.size(); ++p) {
    const Role& role = example.network.populations[p].role;
    if (!std::holds_alternative<Readout>(role)) {
      EXPECT_EQ(bits(state.values(p)), bits(expected.read[p])) << "population " << p;
    }
    std::uint64_t spikes = 0;
    for (UnitId unit = 0; is_spiking(role) && unit < expected.values[p].size(); ++unit) {
      const std::vector<double> times = recorder.of(p, unit);
      spikes += times.size();
      if (std::holds_alternative<MaxGate>(role)) {
        continue;  // its times: see MaxPooling below
      }
      ASSERT_EQ(times.size(), expected.times[p][unit].size()) << "unit " << unit << " of population " << p;
      for (std::size_t i = 0; i < times.size(); ++i) {
        // A time is told as the share that the value leaves of the window; 1e-6 is ten roundings of float.
        EXPECT_NEAR(times[i], expected.times[p][unit][i], 1e-6);
        EXPECT_GE(times[i], 0.0);
        EXPECT_LT(times[i], 1.0);
      }
    }
    EXPECT_EQ(response.spikes[p], spikes) << "population " << p;
  }
}

TEST(Windowed, EqualsTheDefinitionOnRandomNetworks) {
  int tested = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE("network " + std::to_string(seed));
    const Example random = example(seed);
    if (!is_windowed(random.network)) {
      continue;  // neither neurons nor an input that spikes
    }
    const WindowedSimulator simulator(random.network);
    WindowedSimulator::State state = simulator.make_state();
    expect_equal(random, simulator, state);
    expect_equal(random, simulator, state);  // nothing of a presentation is left
    ++tested;
  }
  EXPECT_GT(tested, 80);
}

TEST(Windowed, IsTheSameWithSeveralThreads) {
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, 4);
  for (unsigned seed = 120; seed < 140; ++seed) {
    SCOPED_TRACE("network " + std::to_string(seed));
    const Example random = example(seed);
    if (is_windowed(random.network)) {
      const WindowedSimulator simulator(random.network);
      WindowedSimulator::State state = simulator.make_state(3);
      expect_equal(random, simulator, state);
    }
  }
}

TEST(Windowed, IsTheSameWithEveryInstructionSet) {
  for (const std::string& name : instruction_sets()) {
    SCOPED_TRACE(name);
    use_instruction_set(name);
    for (unsigned seed = 140; seed < 160; ++seed) {
      SCOPED_TRACE("network " + std::to_string(seed));
      const Example random = example(seed);
      if (is_windowed(random.network)) {
        const WindowedSimulator simulator(random.network);
        WindowedSimulator::State state = simulator.make_state();
        expect_equal(random, simulator, state);
      }
    }
    use_instruction_set("");
  }
}

}  // namespace
}  // namespace homolog::sim::windowed_equals_definition_test
