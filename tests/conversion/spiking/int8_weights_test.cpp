#include "conversion/spiking/int8_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "conversion/spiking/apply_kernel.hpp"
#include "conversion/spiking/convert.hpp"
#include "tests/support/dense_simulator.hpp"
#include "tests/support/graph_builder.hpp"
#include "tests/support/rate_network.hpp"

namespace homolog::conversion::int8_weights_test {
namespace {

using Values = std::vector<float>;

Values random_values(std::size_t count, float range) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-range, range);
  Values values(count);
  for (float& value : values) {
    value = uniform(random);
  }
  return values;
}

// Layout [groups][rows][channels / groups], written out: two groups of three rows and two channels.
TEST(Quantise, GivesEveryOutputChannelItsOwnScale) {
  const Values weights{1.0F,   -20.0F, 2.0F, 40.0F, -127.0F, 254.0F,  // group 0: channels 0 and 1
                       0.125F, 0.0F,   0.5F, 0.0F,  63.5F,   0.0F};   // group 1: channels 2 and 3
  const sim::Int8Weights int8 = quantise(weights, 4, 2);
  EXPECT_EQ(int8.scale, (Values{1.0F, 2.0F, 0.5F, 1.0F}));
  EXPECT_EQ(int8.values, (std::vector<std::int8_t>{1, -10, 2, 20, -127, 127, 0, 0, 1, 0, 127, 0}));
}

// |w| <= 127 scale, so the nearest multiple is at most scale / 2 away. Scale is itself rounded to float, so
// that w may lie 127 * 2^-24 scale beyond the last multiple, which is less than half of it; the quotient is
// rounded to double: 2^-52.
TEST(Quantise, IsNoWeightMoreThanHalfAScaleWrong) {
  for (const float range : {1e-30F, 0.1F, 1.0F, 1e30F}) {
    const std::int64_t channels = 7;
    const Values weights = random_values(7 * 1000, range);
    const sim::Int8Weights int8 = quantise(weights, channels, 1);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto scale = static_cast<double>(int8.scale[i % 7]);
      ASSERT_LE(std::abs(scale * int8.values[i] - static_cast<double>(weights[i])), scale * (0.5 + 1e-12));
    }
  }
}

TEST(Quantise, KeepsWholeMultiplesOfTheScaleExactly) {
  for (const float scale : {0.5F, 3.0F, 0x1.4p-7F, 0x1.8p-70F}) {  // few digits: their multiples are floats
    Values weights;
    for (int value = -127; value <= 127; ++value) {
      weights.push_back(static_cast<float>(value) * scale);
    }
    const sim::Int8Weights int8 = quantise(weights, 1, 1);
    ASSERT_EQ(int8.scale.front(), scale);
    for (int value = -127; value <= 127; ++value) {
      ASSERT_EQ(int8.values[static_cast<std::size_t>(value + 127)], value);
    }
  }
}

TEST(Quantise, RoundsTiesToEven) {
  const sim::Int8Weights int8 = quantise(Values{127.0F, 0.5F, 1.5F, 2.5F, -0.5F, -1.5F, -2.5F}, 1, 1);
  EXPECT_EQ(int8.values, (std::vector<std::int8_t>{127, 0, 2, 2, 0, -2, -2}));
}

TEST(Quantise, GivesChannelsWithoutAnyWeightScaleOne) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const sim::Int8Weights int8 =
      quantise(Values{0.0F, tiny, -0.0F, -1e-36F, 0.0F, std::numeric_limits<float>::max()}, 2, 1);
  EXPECT_EQ(int8.scale[0], 1.0F);
  EXPECT_EQ(int8.values, (std::vector<std::int8_t>{0, 0, 0, 0, 0, 127}));
  EXPECT_EQ(quantise(Values{tiny, -1e-36F}, 1, 1).scale, Values{1.0F});
}

/// Poisson input -> convolution in groups -> max gate and relay -> readout, all of float weights.
sim::Network float_network() {
  constexpr sim::Shape image{.channels = 4, .height = 5, .width = 4};
  constexpr sim::Shape map{.channels = 6, .height = 5, .width = 4};
  constexpr sim::Shape pooled{.channels = 6, .height = 2, .width = 2};
  constexpr sim::Shape classes{.channels = 3};
  const sim::Window pool{.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2};
  sim::Network network;
  network.populations = {{.name = "image", .shape = image, .role = sim::PoissonInput{}},
                         {.name = "conv", .shape = map, .role = sim::Neurons{}},
                         {.name = "gate", .shape = pooled, .role = sim::MaxGate{}},
                         {.name = "relay", .shape = map, .role = sim::Relay{}},
                         {.name = "classes", .shape = classes, .role = sim::Readout{}}};
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel = sim::Convolution{.in = image,
                                  .out = map,
                                  .window = {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1},
                                  .groups = 2,
                                  .channels = 6,
                                  .weights = random_values(4 * 9 * 3, 0.5F)}},
      {.source = 1, .target = 2, .kernel = sim::MaxPool{.in = map, .out = pooled, .window = pool}},
      {.source = 1,
       .target = 3,
       .kernel = sim::Convolution{.in = map, .out = map, .channels = 6, .weights = random_values(36, 0.3F)}},
      {.source = 2,
       .target = 4,
       .kernel = sim::Dense{.in = pooled, .out = classes, .channels = 3, .weights = random_values(72, 0.2F)}},
      {.source = 3,
       .target = 4,
       .kernel = sim::Dense{.in = map, .out = classes, .channels = 3, .weights = random_values(360, 0.1F)}}};
  return network;
}

template <class AnyKernel>
const AnyKernel& kernel(const sim::Network& network, std::size_t index) {
  return std::get<AnyKernel>(network.projections[index].kernel);
}

TEST(QuantiseWeights, LeavesWeightsFromRelaysAlone) {
  sim::Network network = float_network();
  const auto result = quantise_weights(network);
  EXPECT_NO_THROW(sim::validate(network));
  EXPECT_TRUE(kernel<sim::Convolution>(network, 0).weights.empty());
  EXPECT_TRUE(kernel<sim::Convolution>(network, 2).weights.empty());
  EXPECT_TRUE(kernel<sim::Dense>(network, 3).weights.empty());
  EXPECT_EQ(kernel<sim::Dense>(network, 4).weights, random_values(360, 0.1F));
  ASSERT_EQ(result.size(), 5U);
  EXPECT_FALSE(result[0]);
  EXPECT_TRUE(result[1]);
  EXPECT_FALSE(result[2]);
  EXPECT_TRUE(result[3]);
  EXPECT_TRUE(result[4]);
  sim::Network analog = float_network();
  analog.populations[0].role = sim::AnalogInput{};
  EXPECT_FALSE(quantise_weights(analog)[1]);
  EXPECT_EQ(kernel<sim::Convolution>(analog, 0).weights, random_values(4 * 9 * 3, 0.5F));
}

TEST(QuantiseWeights, LeavesDepthwiseConvolutionsAlone) {
  sim::Network network = float_network();
  auto& conv = std::get<sim::Convolution>(network.projections[2].kernel);
  conv.groups = 6;
  conv.weights = random_values(6, 0.3F);
  EXPECT_FALSE(quantise_weights(network)[3]);
  EXPECT_EQ(kernel<sim::Convolution>(network, 2).weights, random_values(6, 0.3F));
}

/// Spikes through one dense layer.
sim::Network dense_network(std::int64_t inputs, std::int64_t classes, std::vector<float> weights) {
  const sim::Shape in{.channels = inputs};
  const sim::Shape out{.channels = classes};
  sim::Network network;
  network.populations = {{.name = "image", .shape = in, .role = sim::PoissonInput{}},
                         {.name = "classes", .shape = out, .role = sim::Readout{}}};
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel = sim::Dense{.in = in, .out = out, .channels = classes, .weights = std::move(weights)}}};
  return network;
}

// Channel 0: 127 and 0.5 with scale 1 -> error 0.5; channel 1: 254 and 0 with scale 2 -> none.
TEST(QuantiseWeights, TellsSignalNoiseAndScales) {
  sim::Network network = dense_network(2, 3, {127.0F, 254.0F, 0.0F, 0.5F, 0.0F, 0.0F});
  const auto result = quantise_weights(network);
  const double signal = 127.0 * 127.0 + 254.0 * 254.0 + 0.25;
  EXPECT_EQ(result[1]->signal, signal);
  EXPECT_EQ(result[1]->noise, 0.25);
  EXPECT_DOUBLE_EQ(result[1]->snr_db(), 10.0 * std::log10(signal / 0.25));
  EXPECT_EQ(result[1]->scale_low, 1.0F);
  EXPECT_EQ(result[1]->scale_high, 2.0F);
  EXPECT_EQ(Quantisation{.signal = 1.0}.snr_db(), std::numeric_limits<double>::infinity());
}

// Uniform weights: signal (127 scale)^2 / 3, noise scale^2 / 12, so 10 log10(4 * 127^2) = 48.1 dB. Of 100,000
// samples the noise power is known to 0.4 % (0.02 dB), and the largest of a channel's 1000 is on average a
// thousandth below the range.
TEST(QuantiseWeights, OfUniformWeightsHas48Decibels) {
  sim::Network network = dense_network(1000, 100, random_values(100000, 0.3F));
  EXPECT_NEAR(quantise_weights(network)[1]->snr_db(), 10.0 * std::log10(4.0 * 127.0 * 127.0), 0.1);
}

// The linear map of an 8-bit kernel is that of float weights scale * value (products of a float and 7 bits,
// exact in double).
TEST(ApplyKernel, ReadsEightBitWeights) {
  sim::Network network = float_network();
  quantise_weights(network);
  for (const std::size_t index : {0U, 2U, 3U}) {
    const sim::Projection& projection = network.projections[index];
    const auto sources = static_cast<std::size_t>(network.populations[projection.source].shape.size());
    const auto targets = static_cast<std::size_t>(network.populations[projection.target].shape.size());
    std::vector<double> in(sources);
    for (std::size_t i = 0; i < sources; ++i) {
      in[i] = static_cast<double>(i % 5) / 4.0;
    }
    std::vector<double> got(targets, 0.0);
    apply_kernel(projection.kernel, in, got);
    for (std::size_t target = 0; target < targets; ++target) {
      double want = 0.0;
      const auto scale = std::visit(test::dense_detail::ScaleOf{target}, projection.kernel);
      for (std::size_t source = 0; source < sources; ++source) {
        const auto value = std::visit(test::dense_detail::WeightOf{source, target}, projection.kernel);
        want += value ? in[source] * static_cast<double>(*scale) * static_cast<double>(*value) : 0.0;
      }
      ASSERT_NEAR(got[target], want, 1e-12) << index << " " << target;  // order of double sums
    }
  }
}

constexpr Window2d k3x3{
    .kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
constexpr Window2d k2x2{.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2};

/// Convolutions, a residual addition, average pooling before a dense layer, with scales of 1.
Twin twin_of(WeightFormat weights, InputCode input = InputCode::current) {
  test::GraphBuilder b({2, 6, 6});
  const auto x = b.relu(b.norm(b.conv(b.input(), 6, k3x3)));
  const auto y = b.relu(b.conv(x, 6, k3x3, 2));
  const auto sum = b.add(Add{}, "Add", {b.conv(y, 6, k3x3), x});
  const auto pooled = b.add(AveragePool{.window = k2x2}, "AveragePool", {b.relu(sum)});
  const FloatGraph graph = b.finish(b.dense(b.flatten(pooled), 4));
  std::vector<Scale> scales;
  for (const TensorId id : scaled_tensors(graph)) {
    scales.push_back({id, Values(6, 1.0F)});
  }
  return convert(graph, scales,
                 {.input = input, .weights = weights, .input_mean{0.5F, 0.5F}, .input_std{0.25F, 0.25F}});
}

TEST(ConvertToInt8, QuantisesWhatComesFromSpikesOnly) {
  const Twin twin = twin_of(WeightFormat::int8);
  std::size_t quantised = 0;
  for (const sim::Projection& projection : twin.network.projections) {
    if (const auto* conv = std::get_if<sim::Convolution>(&projection.kernel); conv != nullptr) {
      EXPECT_EQ(conv->weights.empty(), projection.source != twin.input);
      quantised += conv->weights.empty() ? 1U : 0U;
    }
  }
  EXPECT_EQ(quantised, 2U);  // of three convolutions; the dense layer is behind a relay
  const Twin poisson = twin_of(WeightFormat::int8, InputCode::poisson);
  EXPECT_TRUE(kernel<sim::Convolution>(poisson.network, 0).weights.empty());
}

TEST(ConvertToInt8, ReportsTheErrorOfEveryLayer) {
  const Twin twin = twin_of(WeightFormat::int8);
  std::vector<std::string> reported;
  for (const Fate& fate : twin.report) {
    if (fate.quantisation) {
      reported.push_back(fate.layer);
      EXPECT_GT(fate.quantisation->snr_db(), 40.0) << "uniform weights: about 48 dB";
      EXPECT_GT(fate.quantisation->scale_low, 0.0F);
      EXPECT_LE(fate.quantisation->scale_low, fate.quantisation->scale_high);
    }
  }
  EXPECT_EQ(reported, (std::vector<std::string>{"Relu4", "Relu7"}));
  for (const Fate& fate : twin_of(WeightFormat::float32).report) {
    EXPECT_FALSE(fate.quantisation);
  }
}

TEST(ConvertToInt8, ReadsLayersWithoutNeuronsByFloatWeights) {
  const Twin exact = twin_of(WeightFormat::float32);
  const Twin int8 = twin_of(WeightFormat::int8);
  std::vector<std::vector<std::uint32_t>> counts(exact.network.populations.size());
  for (std::size_t p = 0; p < counts.size(); ++p) {
    for (std::int64_t i = 0; i < exact.network.populations[p].shape.size(); ++i) {
      counts[p].push_back(static_cast<std::uint32_t>(i % 7));
    }
  }
  ASSERT_EQ(exact.layers.size(), int8.layers.size());
  bool added = false;
  for (std::size_t k = 0; k < exact.layers.size(); ++k) {
    added = added || exact.layers[k].operation == "Add";
    EXPECT_EQ(decode(exact, exact.layers[k], counts, 8), decode(int8, int8.layers[k], counts, 8));
  }
  EXPECT_TRUE(added);
}

// In the limit of infinitely many steps (no spikes drawn). Weights differ by at most half a scale: 1/254 of
// the largest weight of their channel. Of 54 or 18 uniform weights with inputs in [0, 1], errors add like
// sqrt(54 / 12) scales at most: far below 1 % of the largest rate.
TEST(ConvertToInt8, ChangesRatesByLessThanAPercent) {
  const Values image = random_values(72, 1.0F);
  const auto rates = [&image](const Twin& twin) { return test::rate_network(twin.network, image); };
  const Twin exact = twin_of(WeightFormat::float32);
  const auto want = rates(exact);
  const auto got = rates(twin_of(WeightFormat::int8));
  double change = 0.0;
  for (std::size_t i = 0; i < want[exact.readout].size(); ++i) {
    EXPECT_NEAR(got[exact.readout][i], want[exact.readout][i], 0.01);
    change = std::max(change, std::abs(got[exact.readout][i] - want[exact.readout][i]));
  }
  EXPECT_GT(change, 0.0);
}

}  // namespace
}  // namespace homolog::conversion::int8_weights_test
