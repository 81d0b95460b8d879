// Published architectures, thin, as networks of window neurons: with times to a first spike every layer is
// the float layer, with few spikes it is the float layer but for the rounding of its bits.
#include <gtest/gtest.h>

#include "sim/windowed/windowed_simulator.hpp"
#include "tests/conversion/architectures/thin_network.hpp"
#include "tests/conversion/architectures/twin_run.hpp"
#include "tests/conversion/architectures/zoo.hpp"

namespace homolog::conversion::windows_test {
namespace {

using test::Values;

class ZooInWindows : public testing::TestWithParam<test::Architecture> {
 protected:
  [[nodiscard]] const FloatGraph& graph() const { return test::zoo_graph(GetParam()); }
  [[nodiscard]] std::vector<float> image() const {
    return test::random_image(graph().tensors[static_cast<std::size_t>(graph().inputs.front())].dims, 99);
  }
};

struct Presented {
  Twin twin{};
  sim::WindowedResponse response{};
  std::vector<std::vector<float>> values{};
};

Presented present(const FloatGraph& graph, const std::vector<Scale>& scales, const ConversionOptions& options,
                  const std::vector<float>& image) {
  Presented presented{.twin = convert(graph, scales, options)};
  const sim::Network& network = presented.twin.network;
  const sim::WindowedSimulator simulator(network);
  sim::WindowedSimulator::State state = simulator.make_state();
  const auto input = sim::hwc_values(network.populations[presented.twin.input].shape, image);
  presented.response = simulator.run(state, input, nullptr);
  for (sim::PopulationId p = 0; p < network.populations.size(); ++p) {
    presented.values.push_back(state.values(p));
  }
  return presented;
}

/// Largest difference of any layer and of the readout, relative to the root mean square of the float layer.
void expect_layers(const FloatGraph& graph, const Presented& presented, const std::vector<Values>& values,
                   double tolerance) {
  for (const Layer& layer : presented.twin.layers) {
    const test::Deviation d = test::deviation(decode_values(layer, presented.values),
                                              values[static_cast<std::size_t>(layer.tensor)]);
    EXPECT_GT(d.float_rms, 0.0) << layer.name;
    EXPECT_LE(d.largest, tolerance * d.float_rms) << layer.name;
  }
  const test::Deviation d =
      test::deviation(presented.response.readout, values[static_cast<std::size_t>(readout_tensor(graph))]);
  EXPECT_LE(d.largest, tolerance * d.float_rms) << "readout";
}

/// Float32 rounds sums of n < 1000 products with a relative error of about sqrt(n) 2^-24, and a time with
/// half a unit in the last place of its window, which is a few times the root mean square: some 1e-6 a layer,
/// 30 layers in a row. The target of the exact code is 1e-4.
constexpr double kExact = 5e-5;

TEST_P(ZooInWindows, TimesToFirstSpikesAreTheFloatNetwork) {
  const std::vector<float> x = image();
  const std::vector<Values> values = test::float_values(graph(), x);
  const ConversionOptions options{.windows = WindowOptions{}};
  const Presented presented = present(graph(), unit_scales(graph()), options, x);
  expect_layers(graph(), presented, values, kExact);
  for (sim::PopulationId p = 0; p < presented.response.spikes.size(); ++p) {
    const sim::Population& population = presented.twin.network.populations[p];
    EXPECT_LE(presented.response.spikes[p], static_cast<std::uint64_t>(population.shape.size()))
        << population.name << ": at most one spike a neuron";
    EXPECT_EQ(presented.response.clipped[p], 0U) << population.name;
  }
}

TEST_P(ZooInWindows, AnImageOfFirstSpikesIsTheFloatNetworkAsWell) {
  const std::vector<float> x = image();
  const std::vector<Values> values = test::float_values(graph(), x);
  // x = (pixel - mean) / std with pixels in [0, 1]
  const ConversionOptions options{.windows = WindowOptions{},
                                  .input = InputCode::latency,
                                  .input_mean = {0.5F, 0.45F, 0.55F},
                                  .input_std = {0.125F, 0.125F, 0.125F}};
  std::vector<float> pixels = x;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = pixels[i] * 0.125F + options.input_mean[i / (pixels.size() / 3)];
    ASSERT_GE(pixels[i], 0.0F);
    ASSERT_LE(pixels[i], 1.0F);
  }
  // A pixel's time is rounded to 2^-25, eight times as much after the division by std, from the first layer
  // on.
  expect_layers(graph(), present(graph(), unit_scales(graph()), options, pixels), values, 2 * kExact);
}

TEST_P(ZooInWindows, CalibratedWindowsThatHoldEverythingAreExact) {
  const std::vector<float> x = image();
  const std::vector<Values> values = test::float_values(graph(), x);
  const ConversionOptions options{.windows = WindowOptions{.calibrated = true}};
  const Presented presented = present(graph(), test::scales_above(graph(), values), options, x);
  expect_layers(graph(), presented, values, kExact);
}

/// With 16 bits a value is rounded to 2^-17 of its channel's scale, which is a few times the root mean
/// square: about 3e-5 a layer for a typical unit, several times that for the worst, and errors of 30 layers
/// add up.
TEST_P(ZooInWindows, FewSpikesAreTheFloatNetworkButForTheirLastBit) {
  const std::vector<float> x = image();
  const std::vector<Values> values = test::float_values(graph(), x);
  const ConversionOptions options{.windows = WindowOptions{.neuron = sim::FewSpikes{.steps = 16}}};
  expect_layers(graph(), present(graph(), test::scales_above(graph(), values), options, x), values, 5e-3);
}

INSTANTIATE_TEST_SUITE_P(Architectures, ZooInWindows, testing::ValuesIn(test::zoo()),
                         [](const testing::TestParamInfo<test::Architecture>& tested) {
                           return tested.param.name;
                         });

}  // namespace
}  // namespace homolog::conversion::windows_test
