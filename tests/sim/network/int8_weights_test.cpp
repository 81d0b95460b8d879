// 8-bit weights: what a valid network may say, and that their definition (executed literally by
// DenseSimulator) means what it should.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/network/network.hpp"
#include "tests/sim/network/refusal.hpp"
#include "tests/support/dense_simulator.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::sim::int8_weights_test {
namespace {

constexpr Shape kImage{.channels = 2, .height = 3, .width = 3};
constexpr Shape kMap{.channels = 4, .height = 3, .width = 3};
constexpr Shape kClasses{.channels = 5};

/// image -> convolution in two groups -> relay -> readout (float), and convolution -> readout.
Network good() {
  Network network;
  network.populations = {{.name = "image", .shape = kImage, .role = PoissonInput{}},
                         {.name = "conv", .shape = kMap, .role = Neurons{}},
                         {.name = "relay", .shape = kMap, .role = Relay{}},
                         {.name = "classes", .shape = kClasses, .role = Readout{}}};
  const Int8Weights dense{.values = std::vector<std::int8_t>(36 * 3, -127), .scale = {0.5F, 1.0F, 2.0F}};
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel = Convolution{.in = kImage,
                             .out = kMap,
                             .window = {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1},
                             .groups = 2,
                             .channels = 4,
                             .int8 = {.values = std::vector<std::int8_t>(2 * 9 * 2, 127),
                                      .scale = std::vector<float>(4, 0.01F)}}},
      {.source = 1,
       .target = 2,
       .kernel = Convolution{.in = kMap,
                             .out = kMap,
                             .channels = 4,
                             .int8 = {.values = std::vector<std::int8_t>(16, 0),
                                      .scale = std::vector<float>(4, 1.0F)}}},
      {.source = 2,
       .target = 3,
       .kernel = Dense{.in = kMap, .out = kClasses, .channels = 5, .weights = std::vector<float>(180, 1.0F)}},
      {.source = 1,
       .target = 3,
       .kernel = Dense{.in = kMap, .out = kClasses, .channels = 3, .first_channel = 2, .int8 = dense}}};
  return network;
}

template <class AnyKernel>
AnyKernel& kernel(Network& network, std::size_t index) {
  return std::get<AnyKernel>(network.projections[index].kernel);
}

std::string refusal(const std::function<void(Network&)>& spoil) {
  return test::refusal(good(), spoil);
}

TEST(ValidateInt8, AcceptsThemFromPopulationsThatSpike) {
  EXPECT_NO_THROW(validate(good()));
}

TEST(ValidateInt8, RefusesWrongCountsAndValues) {
  const auto with = [](const std::function<void(Int8Weights&)>& spoil) {
    return refusal([&spoil](Network& n) { spoil(kernel<Convolution>(n, 0).int8); });
  };
  const std::string place = "projection 0 ('image' -> 'conv'): ";
  EXPECT_EQ(with([](Int8Weights& w) { w.values.pop_back(); }), place + "35 8-bit weights given; must be 36");
  EXPECT_EQ(with([](Int8Weights& w) { w.values.clear(); }), place + "0 8-bit weights given; must be 36");
  EXPECT_EQ(with([](Int8Weights& w) { w.scale.clear(); }),
            place + "0 scales of 8-bit weights given; must be 4");
  EXPECT_EQ(with([](Int8Weights& w) { w.scale.push_back(1.0F); }),
            place + "5 scales of 8-bit weights given; must be 4");
  EXPECT_EQ(with([](Int8Weights& w) { w = {}; }), place + "0 weights given; must be 36");
  EXPECT_EQ(with([](Int8Weights& w) { w.values[5] = -128; }),
            place + "an 8-bit weight is -128; must be in -127 .. 127");
  for (const float scale : {0.0F, -1.0F}) {
    EXPECT_EQ(with([scale](Int8Weights& w) { w.scale[3] = scale; }),
              place + "scales of 8-bit weights must be > 0");
  }
  for (const float scale : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    EXPECT_EQ(with([scale](Int8Weights& w) { w.scale[3] = scale; }),
              place + "scales of 8-bit weights are not all finite");
  }
  EXPECT_EQ(refusal([](Network& n) { kernel<Dense>(n, 3).int8.values.push_back(1); }),
            "projection 3 ('conv' -> 'classes'): 109 8-bit weights given; must be 108");
}

TEST(ValidateInt8, RefusesFloatWeightsBesideThem) {
  EXPECT_EQ(refusal([](Network& n) { kernel<Dense>(n, 3).weights.assign(108, 1.0F); }),
            "projection 3 ('conv' -> 'classes'): has both float and 8-bit weights; must have one of them");
  EXPECT_EQ(refusal([](Network& n) { kernel<Dense>(n, 2).int8.scale.assign(5, 1.0F); }),
            "projection 2 ('relay' -> 'classes'): has both float and 8-bit weights; must have one of them");
}

TEST(ValidateInt8, RefusesSourcesThatDoNotSpike) {
  EXPECT_EQ(
      refusal([](Network& n) { n.populations[0].role = AnalogInput{}; }),
      "projection 0 ('image' -> 'conv'): has 8-bit weights; they need a source whose spikes are all alike");
  EXPECT_EQ(refusal([](Network& n) { n.projections[3].source = 2; }),
            "projection 3 ('relay' -> 'classes'): has 8-bit weights; they need a source whose spikes are all "
            "alike");
}

// 127 * 16,909,320 = 2^31 - 8.
TEST(ValidateInt8, RefusesMoreSynapsesPerUnitThan32BitsCanSum) {
  const auto with = [](std::int64_t sources) {
    const Shape in{.channels = sources};
    const Shape out{.channels = 1};
    Network network;
    network.populations = {{.name = "image", .shape = in, .role = PoissonInput{}},
                           {.name = "class", .shape = out, .role = Readout{}}};
    const Int8Weights weights{.values = std::vector<std::int8_t>(static_cast<std::size_t>(sources), 127),
                              .scale = {1.0F}};
    network.projections = {
        {.source = 0, .target = 1, .kernel = Dense{.in = in, .out = out, .channels = 1, .int8 = weights}}};
    try {
      validate(network);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(with(16'909'320), "accepted");
  EXPECT_EQ(with(16'909'321),
            "projection 0 ('image' -> 'class'): has 8-bit weights and 16909321 synapses per unit; must be at "
            "most 16909320, so that their sum fits 32 bits");
}

TEST(FanIn, CountsTheUnitsOfBlocks) {
  Convolution k{.in = {.channels = 6, .height = 20, .width = 20},
                .out = {.channels = 4, .height = 8, .width = 8},
                .window = {.kernel_h = 3, .kernel_w = 2},
                .pool_h = 2,
                .pool_w = 5,
                .groups = 2,
                .channels = 4};
  EXPECT_EQ(fan_in(k), 3 * (3 * 2) * (2 * 5));
  k.window.kernel_h = k.window.kernel_w = k.pool_h = std::int64_t{1} << 30;
  EXPECT_EQ(fan_in(k), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(fan_in(Dense{.in = {.channels = 6, .height = 2, .width = 3}}), 36);
}

constexpr Step kSteps = 12;

std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) {
    bits.push_back(std::bit_cast<std::uint32_t>(value));
  }
  return bits;
}

/// The same network with float weights scale * value.
Network dequantised(Network network) {
  for (Projection& projection : network.projections) {
    if (auto* conv = std::get_if<Convolution>(&projection.kernel); conv && !conv->int8.values.empty()) {
      const std::int64_t columns = conv->channels / conv->groups;
      const auto per_group = static_cast<std::int64_t>(conv->int8.values.size()) / conv->groups;
      for (std::int64_t i = 0; i < per_group * conv->groups; ++i) {
        const auto channel = static_cast<std::size_t>(i / per_group * columns + i % columns);
        conv->weights.push_back(conv->int8.scale[channel] *
                                static_cast<float>(conv->int8.values[static_cast<std::size_t>(i)]));
      }
      conv->int8 = {};
    }
    if (auto* dense = std::get_if<Dense>(&projection.kernel); dense && !dense->int8.values.empty()) {
      for (std::size_t i = 0; i < dense->int8.values.size(); ++i) {
        dense->weights.push_back(dense->int8.scale[i % static_cast<std::size_t>(dense->channels)] *
                                 static_cast<float>(dense->int8.values[i]));
      }
      dense->int8 = {};
    }
  }
  return network;
}

std::size_t int8_kernels(const Network& network) {
  std::size_t count = 0;
  for (const Projection& projection : network.projections) {
    const auto* conv = std::get_if<Convolution>(&projection.kernel);
    const auto* dense = std::get_if<Dense>(&projection.kernel);
    count += (conv && !conv->int8.values.empty()) || (dense && !dense->int8.values.empty()) ? 1U : 0U;
  }
  return count;
}

// With scales that are powers of two no float sum is rounded (RandomNetworkOptions::exact), so that both
// orders of scaling and summing give the same bits.
TEST(DefinitionOfInt8, EqualsFloatWeightsWhereNothingIsRounded) {
  std::size_t kernels = 0;
  std::size_t spikes = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const test::RandomNetwork random(seed, {.exact = true, .int8 = true});
    ASSERT_NO_THROW(validate(random.network()));
    kernels += int8_kernels(random.network());
    const Network same = dequantised(random.network());
    ASSERT_NO_THROW(validate(same));
    const test::DenseRun got = test::DenseSimulator(random.network()).run(random.stimulus(), kSteps, seed, 7);
    const test::DenseRun want = test::DenseSimulator(same).run(random.stimulus(), kSteps, seed, 7);
    ASSERT_EQ(got.spikes, want.spikes);
    ASSERT_EQ(got.readout, want.readout);
    ASSERT_EQ(got.synaptic_operations, want.synaptic_operations);
    for (std::size_t p = 0; p < got.potentials.size(); ++p) {
      ASSERT_EQ(bits(got.potentials[p]), bits(want.potentials[p]));
      for (const auto& units : got.spikes[p]) {
        spikes += units.size();
      }
    }
  }
  EXPECT_GT(kernels, 60U);
  EXPECT_GT(spikes, 10000U);
}

// Ten spikes of weight 0.7: adding 0.7 ten times rounds to another number than 0.7 * 10.
TEST(DefinitionOfInt8, ScalesTheSumAndNotTheWeights) {
  const float scale = 0.7F;
  const int sources = 10;
  volatile float summed = 0.0F;
  for (int i = 0; i < sources; ++i) {
    summed = summed + scale;
  }
  const float scaled = scale * static_cast<float>(sources);
  ASSERT_NE(scaled, summed) << "the example must tell the two apart";

  const Shape in{.channels = sources};
  const Shape out{.channels = 1};
  Network network;
  network.populations = {{.name = "image", .shape = in, .role = PoissonInput{}},
                         {.name = "class", .shape = out, .role = Readout{}}};
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel = Dense{.in = in,
                       .out = out,
                       .channels = 1,
                       .int8 = {.values = std::vector<std::int8_t>(sources, 1), .scale = {scale}}}}};
  const test::DenseRun run = test::DenseSimulator(network).run(std::vector<float>(sources, 1.0F), 1, 1, 0);
  EXPECT_EQ(run.readout, std::vector<double>{static_cast<double>(scaled)});
  EXPECT_EQ(run.synaptic_operations, 10U);
}

/// Largest absolute sum of 8-bit values that a unit receives from one projection in one step.
template <class AnyKernel>
std::int64_t largest_sum(const AnyKernel& k, const std::vector<std::vector<UnitId>>& spikes) {
  std::int64_t largest = 0;
  for (const auto& units : spikes) {
    for (UnitId target = 0; target < k.out.size() && units.size() > 258; ++target) {
      std::int64_t sum = 0;
      for (const UnitId source : units) {
        const auto value = test::dense_detail::WeightOf{source, target}(k);
        sum += value ? static_cast<std::int64_t>(*value) : 0;
      }
      largest = std::max(largest, std::abs(sum));
    }
  }
  return largest;
}

TEST(RandomInt8Networks, AreValidAndHaveSumsBeyond16Bits) {
  std::size_t kernels = 0;
  std::size_t large = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    const test::RandomNetwork random(seed, {.int8 = true});
    ASSERT_NO_THROW(validate(random.network())) << seed;
    kernels += int8_kernels(random.network());
    const test::DenseRun run = test::DenseSimulator(random.network()).run(random.stimulus(), kSteps, seed, 7);
    for (const Projection& projection : random.network().projections) {
      const auto& spikes = run.spikes[projection.source];
      std::int64_t sum = 0;
      if (const auto* conv = std::get_if<Convolution>(&projection.kernel);
          conv && !conv->int8.values.empty()) {
        sum = largest_sum(*conv, spikes);
      }
      if (const auto* dense = std::get_if<Dense>(&projection.kernel); dense && !dense->int8.values.empty()) {
        sum = largest_sum(*dense, spikes);
      }
      large += sum > std::numeric_limits<std::int16_t>::max() ? 1U : 0U;
    }
  }
  EXPECT_GT(kernels, 60U);
  EXPECT_GT(large, 5U) << "projections whose sums need more than 16 bits";
}

}  // namespace
}  // namespace homolog::sim::int8_weights_test
