#include "conversion/spiking/calibrate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "conversion/reference/float_network.hpp"
#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"
#include "tests/support/dense_simulator.hpp"
#include "tests/support/graph_builder.hpp"

namespace homolog::conversion::calibrate_test {
namespace {

using test::GraphBuilder;
using Values = std::vector<float>;

/// A small residual network with both kinds of pooling.
struct Example {
  FloatGraph graph{};
  std::vector<Values> images{};

  explicit Example(int count) {
    GraphBuilder b({3, 8, 8}, 11);
    const Window2d same{
        .kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
    const Window2d half{.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2};
    const TensorId first = b.relu(b.conv(b.input(), 8, same));
    const TensorId second = b.relu(b.conv(first, 8, same));
    const TensorId sum = b.relu(b.add(Add{}, "Add", {b.conv(second, 8, same), first}));
    const TensorId pooled = b.relu(b.add(MaxPool{half}, "MaxPool", {b.conv(sum, 6, same)}));
    const TensorId mean = b.add(AveragePool{half}, "AveragePool", {pooled});
    graph = b.finish(b.dense(b.flatten(mean), 5));
    for (int i = 0; i < count; ++i) {
      images.push_back(b.values(3 * 8 * 8, 1.0F));
    }
  }

  template <class Receive>
  void activations(const std::vector<TensorId>& keep, const Receive& receive) const {
    FloatNetwork network(graph, keep, 1);
    for (std::size_t i = 0; i < images.size(); ++i) {
      std::size_t k = 0;
      network.run({images[i]}, 1, [&](TensorId, std::span<const float> values) { receive(i, k++, values); });
    }
  }

  [[nodiscard]] std::vector<Scale> largest() const {
    Calibration calibration(graph, {.method = ThresholdRule::Method::maximum},
                            static_cast<std::int64_t>(images.size()));
    const std::vector<TensorId> keep = scaled_tensors(graph);
    activations(keep,
                [&](std::size_t, std::size_t k, std::span<const float> v) { calibration.add(keep[k], v); });
    return calibration.scales();
  }

  [[nodiscard]] Values presented(std::int64_t i) const {
    return sim::hwc_values({.channels = 3, .height = 8, .width = 8}, images[static_cast<std::size_t>(i)]);
  }

  [[nodiscard]] std::vector<Scale> calibrated(sim::Step steps, int threads,
                                              CalibrationChoice choice = {}) const {
    return calibrated({.choice = choice, .steps = steps, .threads = threads}, {});
  }
  [[nodiscard]] std::vector<Scale> calibrated(CalibrationOptions options,
                                              const ConversionOptions& conversion) const {
    options.images = static_cast<std::int64_t>(images.size());
    options.weight_images = options.images;
    SpikingCalibration calibration(graph, conversion, options);
    activations(calibration.tensors(), [&](std::size_t i, std::size_t k, std::span<const float> v) {
      calibration.add(static_cast<std::int64_t>(i), k, v);
    });
    return calibration.run(
        largest(), [&](std::int64_t i) { return presented(i); }, [](std::int64_t, std::int64_t) {});
  }

  /// Mean squared error of the readout, relative to its variance over images.
  [[nodiscard]] double readout_error(const std::vector<Scale>& scales, sim::Step steps) const {
    const sim::Simulator simulator(convert(graph, scales, {}).network);
    sim::Simulator::State state = simulator.make_state();
    double error = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    activations({readout_tensor(graph)}, [&](std::size_t i, std::size_t, std::span<const float> wanted) {
      const Values values = presented(static_cast<std::int64_t>(i));
      const sim::Response response = simulator.run(state, {.values = values, .steps = steps}, nullptr);
      for (std::size_t c = 0; c < 5; ++c) {
        const double got = response.readout[(steps - 1) * 5 + c] / steps;
        error += std::pow(got - static_cast<double>(wanted[c]), 2);
        sum += static_cast<double>(wanted[c]);
        squares += static_cast<double>(wanted[c]) * static_cast<double>(wanted[c]);
      }
    });
    const double n = 5.0 * static_cast<double>(images.size());
    return error / (squares - sum * sum / n);
  }
};

void expect_equal(const std::vector<Scale>& some, const std::vector<Scale>& others) {
  ASSERT_EQ(some.size(), others.size());
  for (std::size_t i = 0; i < some.size(); ++i) {
    EXPECT_EQ(some[i].channel, others[i].channel);
    EXPECT_EQ(some[i].decoded, others[i].decoded);
    EXPECT_EQ(some[i].current, others[i].current);
    EXPECT_EQ(some[i].initial, others[i].initial);
    EXPECT_EQ(some[i].weights, others[i].weights);
  }
}

TEST(SpikingCalibration, BringsTheReadoutNearerToTheFloatNetwork) {
  const Example example(40);
  for (const sim::Step steps : {4U, 8U, 16U}) {
    const double before = example.readout_error(example.largest(), steps);
    const double after = example.readout_error(example.calibrated(steps, 1), steps);
    EXPECT_LT(after, 0.5 * before) << steps << " steps";
  }
}

TEST(SpikingCalibration, RefittedWeightsBringTheReadoutNearerOnImagesThatTheyWereNotFittedTo) {
  const Example seen(60);
  Example unseen(120);  // the same network, the same first 60 images
  ASSERT_EQ(seen.images.back(), unseen.images[59]);
  unseen.images.erase(unseen.images.begin(), unseen.images.begin() + 60);
  for (const sim::Step steps : {4U, 8U}) {
    const std::vector<Scale> without = seen.calibrated(steps, 1, {.weights = false});
    const std::vector<Scale> with = seen.calibrated(steps, 1);
    EXPECT_TRUE(
        std::all_of(without.begin(), without.end(), [](const Scale& s) { return s.weights.empty(); }));
    EXPECT_TRUE(std::any_of(with.begin(), with.end(), [](const Scale& s) { return !s.weights.empty(); }));
    EXPECT_LT(unseen.readout_error(with, steps), unseen.readout_error(without, steps)) << steps << " steps";
  }
}

TEST(SpikingCalibration, HasTheSameBitsForAnyNumberOfThreads) {
  const Example example(10);
  const std::vector<Scale> one = example.calibrated(8, 1);
  const std::vector<Scale> four = example.calibrated(8, 4);
  expect_equal(one, four);
}

TEST(SpikingCalibration, DoesNotDependOnHowManySpikesMayBeRecorded) {
  const Example example(10);
  for (const sim::Neuron& neuron :
       {sim::Neuron{sim::IntegrateAndFire{}}, sim::Neuron{sim::SignedIntegrateAndFire{}}}) {
    const auto calibrated = [&](std::uint64_t bytes) {
      return example.calibrated({.steps = 8, .most_recorded_bytes = bytes}, {.neuron = neuron});
    };
    const std::vector<Scale> all = calibrated(std::uint64_t{1} << 30U);
    for (const std::uint64_t bytes : {0U, 6000U, 11000U}) {  // the larger populations need 5,120 each
      const std::vector<Scale> some = calibrated(bytes);
      expect_equal(some, all);
    }
  }
}

TEST(SpikingCalibration, NeedsTheInputOfEveryReluAndTheReadout) {
  const Example example(1);
  const SpikingCalibration calibration(example.graph, {}, {.steps = 4, .images = 1});
  EXPECT_EQ(calibration.tensors().size(), 5U);  // four ReLUs, one of them behind a max pooling
}

TEST(SpikingCalibration, LeavesThresholdsAloneWhenOnlyTheBiasMayChange) {
  const Example example(5);
  const std::vector<Scale> start = example.largest();
  const std::vector<Scale> scales = example.calibrated(
      8, 1, {.threshold = false, .scale = false, .bias = true, .initial = false, .weights = false});
  for (std::size_t i = 0; i < start.size(); ++i) {
    EXPECT_EQ(scales[i].channel, start[i].channel);
    EXPECT_EQ(scales[i].decoded, start[i].channel);
    EXPECT_EQ(scales[i].initial, Values(start[i].channel.size(), 0.5F));
  }
  ASSERT_EQ(scales.size(), start.size() + 1);
  EXPECT_EQ(scales.back().tensor, readout_tensor(example.graph));
  EXPECT_TRUE(scales.back().channel.empty());
}

TEST(SpikingCalibration, TheNetworkThatItGivesRunsAsDefined) {
  const Example example(3);
  const Twin twin = convert(example.graph, example.calibrated(6, 1), {});
  const sim::Simulator simulator(twin.network);
  sim::Simulator::State state = simulator.make_state();
  const test::DenseSimulator dense(twin.network);
  for (std::int64_t i = 0; i < 3; ++i) {
    const Values values = example.presented(i);
    EXPECT_EQ(simulator.run(state, {.values = values, .steps = 6}, nullptr).readout,
              dense.run(values, 6, 0, 0).readout);
  }
}

TEST(SpikingCalibration, RefusesNeuronsThatItDoesNotSimulate) {
  const Example example(1);
  for (const sim::Neuron& neuron : {sim::Neuron{sim::LeakyIntegrateAndFire{}},
                                    sim::Neuron{sim::IntegrateAndFire{.reset = sim::Reset::zero}},
                                    sim::Neuron{sim::IntegrateAndFire{.refractory = 1}}}) {
    EXPECT_THROW(SpikingCalibration(example.graph, {.neuron = neuron}, {.steps = 4, .images = 1}), Error);
  }
  EXPECT_THROW(SpikingCalibration(example.graph, {}, {.steps = 65, .images = 1}), Error);
}

TEST(CalibrationImages, AreFewerForLargerNetworks) {
  const auto with_neurons = [](std::int64_t neurons) {
    sim::Network network;
    network.populations.push_back(
        {.name = "a", .shape = {.channels = neurons, .height = 1, .width = 1}, .role = sim::Neurons{}});
    return network;
  };
  EXPECT_EQ(calibration_images(with_neurons(1000), 500), 128);
  EXPECT_EQ(calibration_images(with_neurons(1000), 7), 7);
  EXPECT_EQ(calibration_images(with_neurons((std::int64_t{1} << 23) - 1), 500), 32);
  EXPECT_EQ(calibration_images(with_neurons(100000000), 500), 16);
}

}  // namespace
}  // namespace homolog::conversion::calibrate_test
