#include "sim/engine/spike_trains.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <random>
#include <string>
#include <vector>

#include "sim/engine/bits.hpp"
#include "sim/engine/simd.hpp"
#include "sim/engine/simulator.hpp"
#include "tests/support/dense_simulator.hpp"

namespace homolog::sim::spike_trains_test {
namespace {

TEST(TransposeBits, SwapsRowsAndColumnsOnEveryInstructionSet) {
  std::mt19937_64 random(1);
  for (const std::string& name : instruction_sets()) {
    SCOPED_TRACE(name);
    use_instruction_set(name);
    for (int repetition = 0; repetition < 20; ++repetition) {
      alignas(64) std::array<std::uint64_t, kBitsPerWord> words{};
      for (std::uint64_t& word : words) {
        word = repetition % 2 == 0 ? random() : random() & random() & random();
      }
      std::array<std::uint64_t, kBitsPerWord> expected{};
      for (std::size_t row = 0; row < kBitsPerWord; ++row) {
        for (std::size_t column = 0; column < kBitsPerWord; ++column) {
          expected[column] |= (words[row] >> column & 1U) << row;
        }
      }
      transpose_bits(words.data());
      ASSERT_EQ(words, expected);
    }
  }
  use_instruction_set("");
}

/// An emission of `steps` steps with random spikes.
Emission random_emission(const Shape& shape, Step steps, std::mt19937_64& random) {
  Emission emission(shape, steps, Emission::Kind::spikes);
  emission.clear(0, steps);
  for (Step step = 0; step < steps; ++step) {
    for (std::size_t y = 0; y < emission.height(); ++y) {
      for (std::size_t unit = 0; unit < emission.row_units(); ++unit) {
        set_bits(emission.row(step, y), unit, std::uint64_t{random() % 5 == 0});
      }
    }
  }
  return emission;
}

// Channels that divide a word, that do not, and more than a word; a view that leaves out the last position.
TEST(SpikeTrains, HaveTheSpikesOfARowUnitByUnit) {
  std::mt19937_64 random(2);
  for (const std::int64_t channels : {1, 16, 20, 64, 70}) {
    for (const Step delay : {0U, 3U}) {
      for (const std::int64_t left_out : {0, 1}) {
        SCOPED_TRACE(std::to_string(channels) + " channels, delay " + std::to_string(delay));
        constexpr Step kSteps = 37;
        const Shape shape{.channels = channels, .height = 2, .width = 5};
        const Emission emission = random_emission(shape, kSteps, random);
        const SourceRows source{.emission = &emission, .first = 0, .steps = kSteps, .delay = delay};
        const auto width = static_cast<std::size_t>(shape.width - left_out);
        const auto in_position = static_cast<std::size_t>(channels);
        SpikeTrains trains;
        trains.collect(source, 1, width, in_position);
        std::size_t next = 0;
        std::uint64_t spikes = 0;
        for (std::size_t x = 0; x < width; ++x) {
          ASSERT_EQ(trains.first()[x], next);
          for (std::size_t unit = x * in_position; unit < (x + 1) * in_position; ++unit) {
            std::uint64_t train = 0;
            for (Step step = delay; step < kSteps; ++step) {
              train |= read_bits(emission.row(step - delay, 1), unit, 1) << step;
            }
            spikes += static_cast<std::uint64_t>(std::popcount(train));
            if (train != 0) {
              ASSERT_LT(next, trains.count());
              ASSERT_EQ(trains.units()[next], unit);
              ASSERT_EQ(trains.trains()[next], train);
              ++next;
            }
          }
        }
        ASSERT_EQ(trains.first()[width], next);
        ASSERT_EQ(trains.count(), next);
        ASSERT_EQ(trains.spikes(), spikes);
      }
    }
  }
}

Convolution convolution(const Shape& in, const Shape& out, std::int64_t size, std::mt19937_64& random) {
  Convolution kernel{
      .in = in,
      .out = out,
      .window = {.kernel_h = size, .kernel_w = size, .pad_top = size / 2, .pad_left = size / 2},
      .channels = out.channels};
  std::uniform_real_distribution<float> weight(-0.3F, 0.4F);
  kernel.weights.resize(static_cast<std::size_t>(in.channels * size * size * out.channels));
  for (float& w : kernel.weights) {
    w = weight(random);
  }
  return kernel;
}

/// Poisson input -> neurons of up to 16 channels <- the same input, a step later.
Network narrow(std::int64_t channels, std::mt19937_64& random) {
  const Shape in{.channels = 20, .height = 4, .width = 5};
  const Shape out{.channels = channels, .height = 4, .width = 5};
  const IntegrateAndFire model{};
  Network network;
  network.populations = {{.name = "input", .shape = in, .role = PoissonInput{}},
                         {.name = "narrow", .shape = out, .role = Neurons{model}}};
  network.projections = {{.source = 0, .target = 1, .kernel = convolution(in, out, 3, random)},
                         {.source = 0, .target = 1, .delay = 1, .kernel = convolution(in, out, 1, random)}};
  return network;
}

// Fewer steps than lanes, whole vectors of them, and what lies between; half of the input fires in a step, so
// that trains are read where the instruction set has masks for 16 lanes. Two projections: the second one
// begins with the sums of the first.
TEST(GatherTrains, GiveTheBitsOfTheDefinitionForAnyNumberOfSteps) {
  std::mt19937_64 random(3);
  for (const std::int64_t channels : {3, 16}) {
    const Network network = narrow(channels, random);
    const std::vector<float> stimulus(20 * 4 * 5, 0.5F);
    for (const Step steps : {1U, 7U, 16U, 17U, 31U, 32U, 33U, 63U, 64U, 65U, 130U}) {
      SCOPED_TRACE(std::to_string(channels) + " channels, " + std::to_string(steps) + " steps");
      const test::DenseRun expected = test::DenseSimulator(network).run(stimulus, steps, 5, 7);
      for (const std::string& name : instruction_sets()) {
        SCOPED_TRACE(name);
        use_instruction_set(name);
        const Simulator simulator(network);
        auto state = simulator.make_state();
        const Response response =
            simulator.run(state, {.values = stimulus, .steps = steps, .seed = 5, .image = 7}, nullptr);
        EXPECT_EQ(response.synaptic_operations, expected.synaptic_operations);
        const std::vector<float> potentials = state.potentials(1);
        ASSERT_EQ(potentials.size(), expected.potentials[1].size());
        for (std::size_t unit = 0; unit < potentials.size(); ++unit) {
          ASSERT_EQ(std::bit_cast<std::uint32_t>(potentials[unit]),
                    std::bit_cast<std::uint32_t>(expected.potentials[1][unit]))
              << "unit " << unit;
        }
      }
      use_instruction_set("");
    }
  }
}

}  // namespace
}  // namespace homolog::sim::spike_trains_test
