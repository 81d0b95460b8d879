#include "sim/engine/unit_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "sim/engine/bits.hpp"
#include "sim/engine/channel_chunks.hpp"
#include "sim/engine/row_cache.hpp"
#include "sim/engine/simd.hpp"
#include "sim/engine/simulator.hpp"
#include "tests/support/dense_simulator.hpp"

namespace homolog::sim::unit_events_test {
namespace {

/// An emission in which a unit fires with probability 1 / `one_in`, and every ninth one in each step.
Emission sparse_emission(const Shape& shape, Step steps, unsigned one_in, std::mt19937_64& random) {
  Emission emission(shape, steps, Emission::Kind::spikes);
  emission.clear(0, steps);
  for (Step step = 0; step < steps; ++step) {
    for (std::size_t y = 0; y < emission.height(); ++y) {
      for (std::size_t unit = 0; unit < emission.row_units(); ++unit) {
        const bool fires = unit % 9 == 4 || random() % one_in == 0;
        set_bits(emission.row(step, y), unit, std::uint64_t{fires});
      }
    }
  }
  return emission;
}

TEST(UnitEvents, AreTheSpikesOfARowUnitByUnitAndStepByStep) {
  std::mt19937_64 random(1);
  for (const std::string& name : instruction_sets()) {
    use_instruction_set(name);
    for (const std::int64_t channels : {1, 20, 64, 70}) {
      for (const Step delay : {0U, 3U}) {
        for (const Step steps : {1U, 37U, 64U}) {
          SCOPED_TRACE(name + ", " + std::to_string(channels) + " channels, delay " + std::to_string(delay) +
                       ", " + std::to_string(steps) + " steps");
          const Shape shape{.channels = channels, .height = 2, .width = 5};
          const Emission emission = sparse_emission(shape, steps, 12, random);
          const SourceRows source{.emission = &emission, .first = 0, .steps = steps, .delay = delay};
          const auto width = static_cast<std::size_t>(shape.width) - 1;  // leaves out the last position
          const auto in_position = static_cast<std::size_t>(channels);
          UnitEvents events;
          events.collect(source, 1, width, in_position);
          std::vector<std::uint32_t> expected;
          for (std::size_t x = 0; x < width; ++x) {
            ASSERT_EQ(events.first()[x], expected.size());
            std::vector<std::uint16_t> counts(kMostSteps, 0);
            std::uint64_t active = 0;
            for (std::size_t unit = x * in_position; unit < (x + 1) * in_position; ++unit) {
              for (Step step = delay; step < steps; ++step) {
                if (read_bits(emission.row(step - delay, 1), unit, 1) != 0) {
                  expected.push_back(static_cast<std::uint32_t>(unit * 64 + step));
                  ++counts[step];
                  active |= std::uint64_t{1} << step;
                }
              }
            }
            ASSERT_TRUE(std::equal(counts.begin(), counts.end(), events.counts(x)));
            ASSERT_EQ(events.active()[x], active);
          }
          ASSERT_EQ(events.first()[width], expected.size());
          ASSERT_TRUE(std::equal(expected.begin(), expected.end(), events.entries()));
        }
      }
    }
  }
  use_instruction_set("");
}

/// A 3 x 3 convolution with random weights, as `window` says, float or 8-bit.
Convolution convolution(const Shape& in, const Shape& out, Window window, bool int8,
                        std::mt19937_64& random) {
  window.kernel_h = window.kernel_w = 3;
  Convolution kernel{.in = in, .out = out, .window = window, .channels = out.channels};
  const auto weights = static_cast<std::size_t>(in.channels * 9 * out.channels);
  if (int8) {
    std::uniform_int_distribution<int> value(-127, 127);
    for (std::size_t i = 0; i < weights; ++i) {
      kernel.int8.values.push_back(static_cast<std::int8_t>(value(random)));
    }
    for (std::int64_t channel = 0; channel < out.channels; ++channel) {
      kernel.int8.scale.push_back(0.002F + 0.0001F * static_cast<float>(channel));
    }
    return kernel;
  }
  std::uniform_real_distribution<float> weight(-0.3F, 0.4F);
  for (std::size_t i = 0; i < weights; ++i) {
    kernel.weights.push_back(weight(random));
  }
  return kernel;
}

Dense dense(const Shape& in, std::int64_t channels, std::mt19937_64& random) {
  Dense kernel{.in = in, .out = {.channels = channels}, .channels = channels};
  std::uniform_real_distribution<float> weight(-0.3F, 0.4F);
  kernel.weights.resize(static_cast<std::size_t>(in.size() * channels));
  for (float& value : kernel.weights) {
    value = weight(random);
  }
  return kernel;
}

/// The same bits as the definition's, on every instruction set, the second time and with two threads as well.
void expect_the_definition(const Network& network, const std::vector<float>& stimulus, Step steps) {
  const test::DenseRun expected = test::DenseSimulator(network).run(stimulus, steps, 5, 7);
  ASSERT_GT(expected.synaptic_operations, 0U);
  for (const std::string& name : instruction_sets()) {
    SCOPED_TRACE(name);
    use_instruction_set(name);
    const Simulator simulator(network);
    for (const int threads : {1, 2}) {
      auto state = simulator.make_state(threads);
      for (int time = 0; time < 2; ++time) {
        const Response response =
            simulator.run(state, {.values = stimulus, .steps = steps, .seed = 5, .image = 7}, nullptr);
        EXPECT_EQ(response.synaptic_operations, expected.synaptic_operations);
        for (PopulationId id = 0; id < network.populations.size(); ++id) {
          if (!std::holds_alternative<Neurons>(network.populations[id].role)) {
            continue;
          }
          const std::vector<float> potentials = state.potentials(id);
          ASSERT_EQ(potentials.size(), expected.potentials[id].size());
          for (std::size_t unit = 0; unit < potentials.size(); ++unit) {
            ASSERT_EQ(std::bit_cast<std::uint32_t>(potentials[unit]),
                      std::bit_cast<std::uint32_t>(expected.potentials[id][unit]))
                << "population " << id << ", unit " << unit << ", " << threads << " threads";
          }
        }
      }
    }
  }
  use_instruction_set("");
}

// 3 in 100 units fire in a step, 5 events in a window: few enough for lists over all steps, from 16 steps on.
// Three projections: the second one begins with the sums of the first, a step later, the third one pools. A
// dense kernel reads the same spikes.
TEST(ScatterUnits, GivesTheBitsOfTheDefinition) {
  std::mt19937_64 random(2);
  const Shape in{.channels = 20, .height = 5, .width = 6};
  const std::vector<float> stimulus(static_cast<std::size_t>(in.size()), 0.03F);
  for (const bool int8 : {false, true}) {
    for (const std::int64_t channels : {3, 100}) {
      const Shape out{.channels = channels, .height = 3, .width = 3};
      const Window strided{.stride_h = 2, .stride_w = 2, .pad_top = 1, .pad_left = 1};
      const Window dilated{
          .stride_h = 2, .stride_w = 2, .pad_top = 2, .pad_left = 2, .dilation_h = 2, .dilation_w = 2};
      Network network;
      network.populations = {{.name = "input", .shape = in, .role = PoissonInput{}},
                             {.name = "neurons", .shape = out, .role = Neurons{IntegrateAndFire{}}}};
      network.projections = {
          {.source = 0, .target = 1, .kernel = convolution(in, out, strided, int8, random)},
          {.source = 0, .target = 1, .delay = 1, .kernel = convolution(in, out, dilated, int8, random)}};
      // Blocks of 2 x 2 positions: 2 x 3 blocks, padded to what 3 x 3 positions read.
      Convolution pooled =
          convolution(in, out, {.stride_h = 1, .stride_w = 1, .pad_top = 2, .pad_left = 1}, int8, random);
      pooled.pool_h = pooled.pool_w = 2;
      network.projections.push_back({.source = 0, .target = 1, .kernel = std::move(pooled)});
      network.populations.push_back(
          {.name = "dense", .shape = {.channels = channels}, .role = Neurons{IntegrateAndFire{}}});
      network.projections.push_back({.source = 0, .target = 2, .kernel = dense(in, channels, random)});
      for (const Step steps : {15U, 16U, 33U, 64U, 65U}) {
        SCOPED_TRACE(std::string(int8 ? "8-bit, " : "float, ") + std::to_string(channels) + " channels, " +
                     std::to_string(steps) + " steps");
        expect_the_definition(network, stimulus, steps);
      }
    }
  }
}

// Windows that margins cut off on both sides: neighbouring target rows read source rows that lie further
// apart than those of one window. Several chunks, which use the lists of a row again.
TEST(ScatterUnits, KeepsTheRowsThatChunksUseAgain) {
  std::mt19937_64 random(4);
  for (const auto& [extent, dilation] : {std::pair(6, 3), std::pair(8, 4)}) {
    const Shape in{.channels = 6, .height = extent, .width = extent};
    const Shape out{.channels = 100, .height = extent, .width = extent};
    const std::vector<float> stimulus(static_cast<std::size_t>(in.size()), 0.03F);
    for (const bool int8 : {false, true}) {
      const Window window{
          .pad_top = dilation, .pad_left = dilation, .dilation_h = dilation, .dilation_w = dilation};
      Network network;
      network.populations = {{.name = "input", .shape = in, .role = PoissonInput{}},
                             {.name = "neurons", .shape = out, .role = Neurons{IntegrateAndFire{}}}};
      network.projections = {
          {.source = 0, .target = 1, .kernel = convolution(in, out, window, int8, random)}};
      SCOPED_TRACE(std::string(int8 ? "8-bit, " : "float, ") + "dilation " + std::to_string(dilation));
      expect_the_definition(network, stimulus, 32);
    }
  }
}

TEST(ScatterUnits, AreForFewEventsInManySteps) {
  std::mt19937_64 random(5);
  const Shape shape{.channels = 20, .height = 5, .width = 6};
  for (const bool int8 : {false, true}) {
    const GatherKernel kernel(convolution(shape, shape, {.pad_top = 1, .pad_left = 1}, int8, random),
                              cut_channels(20, {}));
    ASSERT_TRUE(kernel.reads_units());
    const auto pays = [&](unsigned one_in, Step steps) {
      Emission emission(shape, steps, Emission::Kind::spikes);
      emission.clear(0, steps);
      for (Step step = 0; step < steps; ++step) {
        for (std::size_t y = 0; y < emission.height(); ++y) {
          for (std::size_t unit = 0; unit < emission.row_units(); ++unit) {
            set_bits(emission.row(step, y), unit, std::uint64_t{random() % one_in == 0});
          }
        }
      }
      RowCache cache;
      cache.begin(kernel, {.emission = &emission, .first = 0, .steps = steps, .delay = 0}, 1);
      return cache.units(2).pay;
    };
    EXPECT_TRUE(pays(30, 64));  // 6 of 180 rows of weights in a step
    EXPECT_TRUE(pays(30, 16));
    EXPECT_FALSE(pays(30, 15));  // too few steps
    EXPECT_FALSE(pays(3, 64));   // 60 of 180
  }
}

// All units fire at once, and then no more: few events on average, and in one step 576 in a window, more than
// sums of 16 bits may take. Also with a share of them, on either side of that limit.
TEST(ScatterUnits, SumsAnyNumberOfEightBitRowsExactly) {
  std::mt19937_64 random(3);
  const Shape shape{.channels = 64, .height = 4, .width = 4};
  OneToOne identity{.in = shape, .out = shape, .target = {}, .weight = {}};
  for (UnitId unit = 0; unit < shape.size(); ++unit) {
    identity.target.push_back(unit);
    identity.weight.push_back(1.0F);
  }
  for (const std::int64_t channels : {20, 64}) {
    const Shape out{.channels = channels, .height = 4, .width = 4};
    Network network;
    network.populations = {{.name = "input", .shape = shape, .role = AnalogInput{}},
                           {.name = "together", .shape = shape, .role = Neurons{IntegrateAndFire{}}},
                           {.name = "neurons", .shape = out, .role = Neurons{IntegrateAndFire{}}}};
    network.projections = {{.source = 0, .target = 1, .kernel = identity},
                           {.source = 1,
                            .target = 2,
                            .kernel = convolution(shape, out, {.pad_top = 1, .pad_left = 1}, true, random)}};
    for (const std::size_t of_hundred : {100U, 46U, 44U, 30U}) {
      SCOPED_TRACE(std::to_string(channels) + " channels, " + std::to_string(of_hundred) + " in 100 fire");
      std::vector<float> stimulus(static_cast<std::size_t>(shape.size()));
      for (float& value : stimulus) {
        value = random() % 100 < of_hundred ? 0.02F : 0.0F;  // once in 64 steps
      }
      expect_the_definition(network, stimulus, 64);
    }
  }
}

}  // namespace
}  // namespace homolog::sim::unit_events_test
