// Fusing operators, choosing layouts and sharing memory must not change what is computed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "graphs.hpp"
#include "sim/core/error.hpp"

namespace homolog::test::fusion_test {
namespace {

constexpr Window2d kSame3x3{
    .kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};

/// Largest difference in units of the largest value.
double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0.0;
  double scale = 1e-30;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(a[i] - b[i])));
    scale = std::max(scale, static_cast<double>(std::abs(a[i])));
  }
  return a.size() == b.size() ? largest / scale : 1e30;
}

/// A random network of `count` operators on maps of 6 x 5, in which tensors are read once, often or never.
conversion::FloatGraph random_graph(std::uint32_t seed, int count) {
  std::mt19937 random(seed);
  const auto choose = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  GraphMaker maker(seed * 1000);
  const std::int64_t channels = random() % 2 == 0 ? 8 : 5;
  std::vector<TensorId> maps{maker.input({channels, 6, 5})};
  for (int k = 0; k < count; ++k) {
    // Mostly the newest map, so that chains get long enough to fuse.
    const TensorId x = random() % 3 != 0 ? maps.back() : maps[choose(maps.size())];
    switch (choose(9)) {
      case 0:
      case 1: maps.push_back(maker.convolution(x, channels, kSame3x3)); break;
      case 2: maps.push_back(maker.affine(x, random() % 2 == 0 ? 1 : channels)); break;
      case 3: maps.push_back(maker.relu(x)); break;
      case 4: maps.push_back(maker.node(conversion::Clip{.low = -0.5F, .high = 2.0F}, {x})); break;
      case 5:
      case 6: maps.push_back(maker.node(conversion::Add{}, {x, maps[choose(maps.size())]})); break;
      case 7: {
        const TensorId both = maker.node(conversion::Concat{0}, {x, maps[choose(maps.size())]});
        maps.push_back(maker.convolution(both, channels, {}));
        break;
      }
      default: {
        const TensorId padded = maker.node(conversion::Pad{.top = 1, .bottom = 1}, {x});
        maps.push_back(maker.convolution(padded, channels, {.kernel_h = 3}));
      }
    }
  }
  const TensorId flat = maker.view(maps.back(), {channels * 30});
  return maker.finish(maker.relu(maker.affine(maker.dense(flat, 7), 7)));
}

TEST(Fusion, DoesNotChangeAnyTensorOfRandomNetworks) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const conversion::FloatGraph graph = random_graph(seed, 14);
    const auto inputs = random_inputs(graph, 2, seed);
    conversion::FloatNetwork everything(graph, all_tensors(graph), 2);
    const Activations expected = run(everything, inputs, 2);
    ASSERT_EQ(expected.size(), graph.tensors.size());

    std::mt19937 random(seed);
    for (int choice = 0; choice < 3; ++choice) {
      std::vector<TensorId> keep = graph.outputs;
      for (const TensorId tensor : all_tensors(graph)) {
        if (choice > 0 && random() % 5 == 0) {
          keep.push_back(tensor);
        }
      }
      conversion::FloatNetwork network(graph, keep, 2);
      // Two runs: nothing may be left of the first.
      (void)run(network, random_inputs(graph, 2, seed + 77), 2);
      for (const auto& [tensor, values] : run(network, inputs, 2)) {
        // A folded weight is rounded once at 2^-24; up to 14 layers of gain <= 10 pass the error on.
        EXPECT_LT(difference(expected.at(tensor), values), 1e-4) << "tensor " << tensor;
      }
    }
  }
}

TEST(Fusion, HandsOutTheMapBeforeReluWhenItIsKept) {
  GraphMaker maker;
  const TensorId x = maker.convolution(maker.input({3, 6, 5}), 8, kSame3x3);
  const TensorId rectified = maker.relu(x);
  const conversion::FloatGraph graph = maker.finish(rectified);
  conversion::FloatNetwork network(graph, {rectified, x}, 1);
  const Activations kept = run(network, random_inputs(graph, 1, 3), 1);
  EXPECT_LT(*std::min_element(kept.at(x).begin(), kept.at(x).end()), 0.0F);
  for (std::size_t i = 0; i < kept.at(x).size(); ++i) {
    EXPECT_EQ(kept.at(rectified)[i], std::max(kept.at(x)[i], 0.0F));
  }
}

/// Largest difference between what is fused and what is computed node by node.
double effect_of_fusion(const conversion::FloatGraph& graph) {
  conversion::FloatNetwork everything(graph, all_tensors(graph), 2);
  conversion::FloatNetwork fused(graph, {}, 2);
  const auto inputs = random_inputs(graph, 2, 9);
  const TensorId output = graph.outputs[0];
  return difference(run(everything, inputs, 2).at(output), run(fused, inputs, 2).at(output));
}

TEST(Fusion, DoesNotOverwriteTheInputOfTheConvolutionThatAddsIt) {
  for (const std::int64_t channels : {8, 32}) {
    GraphMaker maker;
    const TensorId x = maker.relu(maker.convolution(maker.input({channels, 9, 9}), channels, kSame3x3));
    const TensorId sum = maker.node(conversion::Add{}, {maker.convolution(x, channels, kSame3x3), x});
    EXPECT_LT(effect_of_fusion(maker.finish(sum)), 1e-5) << channels;
  }
}

TEST(Fusion, DoesNotOverwriteATensorWhoseViewIsReadLater) {
  GraphMaker maker;
  const TensorId x = maker.input({6, 8, 8});
  const TensorId flat = maker.view(x, {384});
  // Three groups of two channels: oneDNN computes them in row-major order, where the view lies too.
  const TensorId grouped = maker.convolution(maker.input({6, 8, 8}), 6, kSame3x3, 3);
  const TensorId sum = maker.view(maker.node(conversion::Add{}, {grouped, x}), {384});
  EXPECT_LT(effect_of_fusion(maker.finish(maker.node(conversion::Concat{0}, {sum, flat}))), 1e-5);
}

TEST(Fusion, SavesMemoryWhereMapsAreNotKept) {
  GraphMaker maker;
  TensorId x = maker.input({8, 32, 32});
  for (int layer = 0; layer < 10; ++layer) {
    x = maker.relu(maker.affine(maker.convolution(x, 8, kSame3x3), 8));
  }
  const conversion::FloatGraph graph = maker.finish(x);
  const std::uint64_t map = 4U * 8U * 32U * 32U * sizeof(float);
  // Two maps are alive at a time, and the input or output in row-major order with them.
  EXPECT_LE(conversion::FloatNetwork(graph, {x}, 4).bytes(), 3 * map + 65536);
  EXPECT_GE(conversion::FloatNetwork(graph, all_tensors(graph), 4).bytes(), 31 * map);
}

TEST(FloatNetwork, HandsOutKeptTensorsInTheOrderAskedForEachOnce) {
  GraphMaker maker;
  const TensorId x = maker.input({2, 3, 3});
  const TensorId y = maker.relu(x);
  const TensorId flat = maker.view(y, {18});
  const conversion::FloatGraph graph = maker.finish(flat);
  conversion::FloatNetwork network(graph, {flat, x, y, flat}, 2);
  const auto inputs = random_inputs(graph, 2, 5);
  std::vector<TensorId> order;
  network.run({inputs.begin(), inputs.end()}, 2, [&](TensorId tensor, std::span<const float> values) {
    order.push_back(tensor);
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(values[i], tensor == x ? inputs[0][i] : std::max(inputs[0][i], 0.0F));
    }
  });
  EXPECT_EQ(order, (std::vector<TensorId>{flat, x, y}));
}

TEST(FloatNetwork, KeepsTheOutputsIfNothingIsNamed) {
  GraphMaker maker;
  const conversion::FloatGraph graph = maker.finish(maker.relu(maker.input({3})));
  conversion::FloatNetwork network(graph, {}, 1);
  EXPECT_EQ(run(network, random_inputs(graph, 1, 1), 1).begin()->first, graph.outputs[0]);
}

TEST(FloatNetwork, RefusesArgumentsThatDoNotFit) {
  GraphMaker maker;
  const conversion::FloatGraph graph = maker.finish(maker.relu(maker.input({3})));
  EXPECT_THROW(conversion::FloatNetwork(graph, {}, 0), Error);
  EXPECT_THROW(conversion::FloatNetwork(graph, {2}, 1), Error);
  EXPECT_THROW(conversion::FloatNetwork(graph, {-1}, 1), Error);
  conversion::FloatNetwork network(graph, {}, 2);
  EXPECT_THROW(run(network, random_inputs(graph, 3, 1), 3), Error);
  EXPECT_THROW(run(network, random_inputs(graph, 1, 1), 0), Error);
  EXPECT_THROW(run(network, random_inputs(graph, 1, 1), 2), Error);
  EXPECT_THROW(run(network, {}, 1), Error);
}

TEST(FloatNetwork, RefusesABatchThatNoMachineCanHold) {
  GraphMaker maker;
  const conversion::FloatGraph graph = maker.finish(maker.relu(maker.input({64, 1000, 1000})));
  for (const std::int64_t batch : {std::int64_t{1} << 30, std::int64_t{1} << 61}) {
    try {
      conversion::FloatNetwork network(graph, {}, batch);
      FAIL() << "accepted a batch of " << batch;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      EXPECT_NE(std::string(error.what()).find("smaller batch"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace homolog::test::fusion_test
