#include "conversion/spiking/convert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "conversion/reference/float_network.hpp"
#include "sim/core/error.hpp"
#include "tests/support/graph_builder.hpp"
#include "tests/support/rate_network.hpp"

namespace homolog::conversion::convert_test {
namespace {

using test::GraphBuilder;
using Values = std::vector<float>;

std::map<TensorId, Values> activations(const FloatGraph& graph, const Values& input,
                                       const std::vector<TensorId>& keep) {
  FloatNetwork network(graph, keep, 1);
  std::map<TensorId, Values> result;
  network.run({input}, 1, [&](TensorId id, std::span<const float> values) {
    result[id].assign(values.begin(), values.end());
  });
  return result;
}

/// Scales that no activation for this input exceeds.
std::vector<Scale> generous_scales(const FloatGraph& graph, const Values& input) {
  std::vector<Scale> scales;
  const std::vector<TensorId> tensors = scaled_tensors(graph);
  if (tensors.empty()) {
    return scales;
  }
  for (const auto& [id, values] : activations(graph, input, tensors)) {
    const Dims& dims = graph.tensors[static_cast<std::size_t>(id)].dims;
    const std::size_t area = values.size() / static_cast<std::size_t>(dims[0]);
    Scale scale{.tensor = id, .channel = {}};
    for (std::size_t c = 0; c < static_cast<std::size_t>(dims[0]); ++c) {
      float largest = 0.01F;
      for (std::size_t i = 0; i < area; ++i) {
        largest = std::max(largest, values[c * area + i]);
      }
      scale.channel.push_back(1.25F * largest);
    }
    scales.push_back(scale);
  }
  return scales;
}

/// In the limit of infinitely many steps the twin must give the float network's readout, and every layer with
/// a population its activations. 1e-5 of the largest value: float32 weights, scaled and rounded at most
/// three times, and float32 sums in the reference.
void expect_same_function(GraphBuilder& builder, TensorId output) {
  const FloatGraph graph = builder.finish(output);
  const Values input = builder.values(size_of(graph.tensors[0].dims), 1.0F);
  const Twin twin = convert(graph, generous_scales(graph, input), {});
  const sim::Shape in = twin.network.populations[twin.input].shape;
  const auto rates = test::rate_network(twin.network, sim::hwc_values(in, input));

  std::vector<TensorId> keep{readout_tensor(graph)};
  for (const Layer& layer : twin.layers) {
    keep.push_back(layer.tensor);
  }
  std::sort(keep.begin(), keep.end());
  keep.erase(std::unique(keep.begin(), keep.end()), keep.end());
  const auto expected = activations(graph, input, keep);

  const auto expect_near = [](const Values& want, const Values& got, const std::string& what) {
    ASSERT_EQ(want.size(), got.size()) << what;
    float largest = 1e-3F;
    for (const float value : want) {
      largest = std::max(largest, std::abs(value));
    }
    for (std::size_t i = 0; i < want.size(); ++i) {
      ASSERT_NEAR(want[i], got[i], 1e-5F * largest) << what << " unit " << i;
    }
  };
  const auto chw = [&](sim::PopulationId id) {
    const auto& values = rates[id];
    return sim::chw_values(twin.network.populations[id].shape, Values(values.begin(), values.end()));
  };
  expect_near(expected.at(readout_tensor(graph)), chw(twin.readout), "readout");
  for (const Layer& layer : twin.layers) {
    if (!layer.population) {
      continue;
    }
    Values got = chw(*layer.population);
    const std::size_t area = got.size() / layer.scale.size();
    for (std::size_t i = 0; i < got.size(); ++i) {
      got[i] *= layer.scale[i / area];
    }
    expect_near(expected.at(layer.tensor), got, layer.name);
  }
}

constexpr Window2d k3x3{
    .kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
constexpr Window2d k1x1{};
constexpr Window2d k2x2{.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2};

TEST(Convert, KeepsTheFunctionOfAVggBlock) {
  GraphBuilder b({3, 7, 6});
  auto x = b.relu(b.norm(b.conv(b.input(), 5, k3x3)));
  x = b.relu(b.norm(b.conv(x, 4, k3x3)));
  x = b.add(AveragePool{.window = k2x2}, "AveragePool", {x});
  expect_same_function(b, b.dense(b.flatten(x), 6));
}

TEST(Convert, CarriesABatchNormBeforeAPaddedConvolutionExactlyAcrossTheBorder) {
  GraphBuilder b({3, 6, 5});
  const auto x = b.relu(b.conv(b.input(), 4, k3x3));
  const auto y = b.relu(b.conv(b.norm(x), 5, k3x3));
  expect_same_function(b, b.dense(b.flatten(y), 3));
}

TEST(Convert, CarriesABatchNormOfTheImageAcrossTheBorder) {
  GraphBuilder b({3, 6, 5});
  expect_same_function(b, b.relu(b.conv(b.norm(b.input()), 5, k3x3)));
}

TEST(Convert, AddsResidualBranchesOfDifferentScale) {
  GraphBuilder b({4, 6, 6});
  const auto x = b.relu(b.norm(b.conv(b.input(), 4, k3x3)));
  const auto y = b.norm(b.conv(b.relu(b.norm(b.conv(x, 6, k3x3))), 4, k3x3));
  const auto sum = b.relu(b.add(Add{}, "Add", {y, x}));
  const Window2d strided{.stride_h = 2, .stride_w = 2};
  const auto skip = b.norm(b.conv(sum, 5, strided));
  auto down = k3x3;
  down.stride_h = down.stride_w = 2;
  const auto main = b.norm(b.conv(b.relu(b.conv(sum, 3, down)), 5, k3x3));
  expect_same_function(b, b.dense(b.flatten(b.relu(b.add(Add{}, "Add", {main, skip}))), 4));
}

TEST(Convert, ConcatenatesWithoutACommonScale) {
  GraphBuilder b({3, 6, 6});
  const auto squeeze = b.relu(b.conv(b.input(), 4, k1x1));
  const auto left = b.relu(b.conv(squeeze, 3, k1x1));
  const auto right = b.relu(b.conv(squeeze, 5, k3x3));
  const auto both = b.add(Concat{}, "Concat", {left, right});
  const auto pooled = b.add(MaxPool{.window = k2x2}, "MaxPool", {both});
  const auto grouped = b.relu(b.conv(both, 4, k3x3, 2));
  const auto mixed = b.add(Concat{}, "Concat", {b.relu(b.conv(pooled, 2, k1x1)), pooled});
  const auto normed = b.relu(b.conv(b.norm(mixed), 4, k3x3));
  const auto a = b.flatten(normed);
  const auto c = b.flatten(b.add(AveragePool{.window = k2x2}, "AveragePool", {grouped}));
  expect_same_function(b, b.dense(b.add(Concat{}, "Concat", {a, c}), 3));
}

TEST(Convert, KeepsDepthwiseStridedAndDilatedConvolutions) {
  GraphBuilder b({6, 9, 8});
  auto x = b.relu(b.norm(b.conv(b.input(), 6, k3x3, 6)));
  x = b.relu(b.conv(x, 12,
                    {.kernel_h = 3,
                     .kernel_w = 2,
                     .stride_h = 2,
                     .stride_w = 1,
                     .pad_top = 0,
                     .pad_left = 1,
                     .pad_bottom = 2,
                     .pad_right = 0,
                     .dilation_h = 2,
                     .dilation_w = 1},
                    6));
  x = b.relu(b.conv(x, 8, k1x1));
  expect_same_function(b, b.dense(b.flatten(x), 5));
}

TEST(Convert, KeepsLinearBottlenecksByRelays) {
  GraphBuilder b({3, 6, 6});
  const auto x = b.norm(b.conv(b.relu(b.norm(b.conv(b.input(), 6, k3x3))), 4, k1x1));
  const auto expanded = b.add(Clip{.low = 0.0F, .high = 6.0F}, "Clip", {b.norm(b.conv(x, 8, k1x1))});
  const auto depthwise =
      b.add(Clip{.low = 0.0F, .high = 6.0F}, "Clip", {b.norm(b.conv(expanded, 8, k3x3, 8))});
  const auto sum = b.add(Add{}, "Add", {x, b.norm(b.conv(depthwise, 4, k1x1))});
  expect_same_function(b, b.dense(b.flatten(b.relu(b.conv(sum, 5, k1x1))), 3));
}

TEST(Convert, SwapsMaxPoolingWithTheReluBehindIt) {
  GraphBuilder b({3, 8, 8});
  auto pool = k2x2;
  pool.kernel_h = 3;
  const auto x =
      b.relu(b.norm(b.add(MaxPool{.window = pool}, "MaxPool", {b.conv(b.input(), 5, k3x3)}), false));
  const Window2d wide{.kernel_h = 3,
                      .kernel_w = 3,
                      .stride_h = 1,
                      .stride_w = 2,
                      .pad_top = 1,
                      .pad_left = 1,
                      .pad_bottom = 1,
                      .pad_right = 1};
  const auto y = b.add(MaxPool{.window = wide}, "MaxPool", {x});
  expect_same_function(b, b.dense(b.flatten(y), 3));
}

TEST(Convert, KeepsBothAveragingConventions) {
  for (const bool include : {false, true}) {
    for (const bool ceil_mode : {false, true}) {
      SCOPED_TRACE(testing::Message() << "include " << include << " ceil " << ceil_mode);
      GraphBuilder b({3, 7, 6});
      const Window2d window{.kernel_h = 3,
                            .kernel_w = 3,
                            .stride_h = 2,
                            .stride_w = 2,
                            .pad_top = 1,
                            .pad_left = 0,
                            .pad_bottom = 1,
                            .pad_right = 1};
      const auto x = b.add(AveragePool{.window = window, .count_include_pad = include}, "AveragePool",
                           {b.norm(b.relu(b.conv(b.input(), 4, k3x3)))}, {}, ceil_mode);
      expect_same_function(b, b.dense(b.flatten(b.relu(b.conv(x, 4, k3x3))), 3));
    }
  }
}

TEST(Convert, KeepsExplicitPaddingAlsoWithAValue) {
  GraphBuilder b({2, 5, 6});
  const auto x = b.relu(b.conv(b.input(), 4, k3x3));
  const auto zero = b.add(Pad{.top = 1, .left = 2, .bottom = 0, .right = 1}, "Pad", {x});
  const auto pooled = b.add(MaxPool{.window = k2x2}, "MaxPool", {zero});
  const auto half = b.add(Pad{.top = 1, .left = 1, .bottom = 1, .right = 0, .value = 0.5F}, "Pad", {pooled});
  expect_same_function(b, b.dense(b.flatten(b.relu(b.conv(half, 4, k3x3))), 3));
}

TEST(Convert, KeepsConstantsOfEverySize) {
  GraphBuilder b({2, 4, 5});
  const auto one = b.add(Affine{.scale = {0.5F}, .shift = {0.25F}}, "Mul", {b.input()});
  const auto full = b.add(Affine{.scale = b.values(40, 1.0F), .shift = b.values(40, 1.0F)}, "Mul", {one});
  const auto x = b.relu(b.conv(full, 3, k3x3));
  const auto y = b.add(Affine{.scale = b.values(60, 1.0F), .shift = b.values(60, 1.0F)}, "Mul", {x});
  const auto z = b.add(Affine{.scale = b.values(12, 1.0F), .shift = b.values(12, 1.0F)}, "Mul",
                       {b.dense(b.flatten(b.relu(b.conv(y, 3, k3x3))), 12)});
  expect_same_function(b, z);
}

TEST(Convert, PutsTheNormalisationOfPoissonInputIntoWeightsAndBorders) {
  GraphBuilder b({3, 6, 5});
  const auto x = b.relu(b.norm(b.conv(b.input(), 5, k3x3)));
  const FloatGraph graph = b.finish(b.dense(b.flatten(x), 4));
  Values pixels = b.values(90, 0.5F);
  for (float& pixel : pixels) {
    pixel += 0.5F;
  }
  const Values mean{0.1F, 0.5F, 0.9F};
  const Values deviation{0.2F, 0.25F, 0.5F};
  Values normalised = pixels;
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    normalised[i] = (normalised[i] - mean[i / 30]) / deviation[i / 30];
  }
  const Twin twin = convert(graph, generous_scales(graph, normalised),
                            {.input = InputCode::poisson, .input_mean = mean, .input_std = deviation});
  const auto rates = test::rate_network(twin.network, sim::hwc_values({3, 6, 5}, pixels));
  const Values expected = activations(graph, normalised, {graph.outputs[0]}).at(graph.outputs[0]);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(expected[i], rates[twin.readout][i], 1e-5);  // as above
  }
}

TEST(Convert, ReadsLayersWithoutNeuronsFromTheSpikesOfTheirInputs) {
  GraphBuilder b({2, 4, 4});
  const auto left = b.relu(b.conv(b.input(), 2, k3x3));
  const auto right = b.relu(b.conv(b.input(), 3, k3x3));
  const auto both = b.add(Concat{}, "Concat", {left, right});
  const auto pooled = b.add(AveragePool{.window = k2x2}, "AveragePool", {both});
  const auto twice = b.add(AveragePool{.window = k2x2}, "AveragePool", {pooled});
  const FloatGraph graph = b.finish(b.dense(b.flatten(twice), 2));
  const Twin twin = convert(graph, generous_scales(graph, b.values(32, 1.0F)), {});
  std::vector<std::vector<std::uint32_t>> counts(twin.network.populations.size());
  std::uint32_t next = 1;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    if (std::holds_alternative<sim::Neurons>(twin.network.populations[p].role)) {
      for (std::int64_t i = 0; i < twin.network.populations[p].shape.size(); ++i) {
        counts[p].push_back(next = (next * 7 + 3) % 11);
      }
    }
  }
  std::map<std::string, Values> decoded;
  for (const Layer& layer : twin.layers) {
    decoded[layer.operation + std::to_string(layer.shape.height)] = decode(twin, layer, counts, 10);
    // Spikes worth 1/2 each, of steps worth 5: the same.
    std::vector<std::vector<float>> worths;
    for (const std::vector<std::uint32_t>& count : counts) {
      worths.emplace_back();
      for (const std::uint32_t spikes : count) {
        worths.back().push_back(static_cast<float>(spikes) / 2.0F);
      }
    }
    EXPECT_EQ(decode_worths(twin, layer, worths, 5.0), decode(twin, layer, counts, 10));
  }
  Values joined;  // [C,H,W]: concatenation of channels is concatenation of values
  for (const Layer& layer : twin.layers) {
    if (layer.operation == "Relu") {
      const Values values = decode(twin, layer, counts, 10);
      joined.insert(joined.end(), values.begin(), values.end());
    }
  }
  ASSERT_EQ(decoded.at("Concat4").size(), joined.size());
  for (std::size_t i = 0; i < joined.size(); ++i) {
    EXPECT_FLOAT_EQ(decoded.at("Concat4")[i], joined[i]);
  }
  for (std::size_t c = 0; c < 5; ++c) {
    double sum = 0.0;
    for (std::size_t i = 0; i < 16; ++i) {
      sum += static_cast<double>(joined[c * 16 + i]);
    }
    EXPECT_NEAR(decoded.at("AveragePool1")[c], sum / 16.0, 1e-6);  // 1/4 is exact; float32 scales
    EXPECT_NEAR(decoded.at("AveragePool2")[c * 4],
                (joined[c * 16] + joined[c * 16 + 1] + joined[c * 16 + 4] + joined[c * 16 + 5]) / 4.0F, 1e-6);
  }
}

TEST(Convert, ReportsEveryNode) {
  GraphBuilder b({3, 8, 8});
  const auto x = b.relu(b.norm(b.conv(b.input(), 4, k3x3)));
  const auto p = b.add(AveragePool{.window = k2x2}, "AveragePool", {x});
  const FloatGraph graph = b.finish(b.add(Softmax{}, "Softmax", {b.dense(b.flatten(p), 2)}));
  const Twin twin = convert(graph, generous_scales(graph, b.values(192, 1.0F)), {});
  ASSERT_EQ(twin.report.size(), graph.nodes.size());
  EXPECT_EQ(twin.report[0].fate, "synapses onto Relu2");
  EXPECT_EQ(twin.report[1].fate, "folded into the synapses onto Relu2");
  EXPECT_EQ(twin.report[2].fate, "population of integrate-and-fire neurons");
  EXPECT_EQ(twin.report[2].neurons, 256U);
  EXPECT_EQ(twin.report[2].synapses, 3U * 4U * 22U * 22U);  // 3 taps less one at each border: (3*8-2)^2
  EXPECT_EQ(twin.report[3].fate, "synapses, summed by the relay AveragePool3 (no neurons)");
  EXPECT_EQ(twin.report[5].fate, "synapses onto Gemm5");
  EXPECT_EQ(twin.report[6].fate, "not part of the spiking network (behind the readout or unused)");
}

std::string refusal(GraphBuilder& builder, TensorId output, const ConversionOptions& options = {}) {
  const FloatGraph graph = builder.finish(output);
  std::vector<Scale> scales;
  for (const TensorId id : scaled_tensors(graph)) {
    scales.push_back(
        {id, Values(static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(id)].dims[0]), 1.0F)});
  }
  try {
    (void)convert(graph, scales, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "no error";
}

TEST(Convert, RefusesWhatSpikesCannotDoByNodeAndReason) {
  {
    GraphBuilder b({3, 4, 4});
    const auto x = b.add(MaxPool{.window = k2x2}, "MaxPool", {b.conv(b.input(), 2, k1x1)});
    EXPECT_EQ(refusal(b, b.dense(b.flatten(x), 2)),
              "test.onnx: node 'Flatten2' (Flatten): reads a max pooling of values that may be negative; "
              "supported: "
              "max pooling behind a ReLU, or directly before one");
  }
  {
    GraphBuilder b({3, 4, 4});
    const auto x = b.add(Clip{.low = -1.0F, .high = 1.0F}, "Clip", {b.input()});
    EXPECT_THAT(refusal(b, x),
                testing::HasSubstr("node 'Clip0' (Clip): clips to [-1.000000, 1.000000]; supported"));
  }
  {
    GraphBuilder b({3, 4, 4});
    const auto x = b.add(Concat{.axis = 1}, "Concat", {b.input(), b.input()});
    EXPECT_THAT(refusal(b, b.dense(b.flatten(x), 2)),
                testing::HasSubstr("node 'Concat0' (Concat): concatenates along axis 2; supported"));
  }
  {
    GraphBuilder b({3, 4, 4});
    const auto x = b.add(MaxPool{.window = k2x2}, "MaxPool", {b.relu(b.conv(b.input(), 2, k1x1))});
    EXPECT_EQ(refusal(b, b.dense(b.flatten(x), 2), {.phases = 8}),
              "test.onnx: node 'MaxPool2' (MaxPool): phase coding has no max pooling: the spikes of a window "
              "are worth different amounts, and which unit's are worth most is known only when the last has "
              "been fired; use code ttfs or rate");
  }
  {
    GraphBuilder b({4});
    const auto x = b.relu(b.add(Softmax{}, "Softmax", {b.dense(b.input(), 3)}));
    EXPECT_THAT(refusal(b, x), testing::HasSubstr("node 'Softmax1' (Softmax): a softmax inside the network"));
  }
}

TEST(Convert, LeavesAReluOfPooledSpikesAlone) {
  GraphBuilder b({3, 4, 4});
  const auto x = b.relu(b.conv(b.input(), 2, k1x1));
  const auto y = b.relu(b.add(MaxPool{.window = k2x2}, "MaxPool", {x}));
  const FloatGraph graph = b.finish(b.dense(b.flatten(y), 2));
  const Twin twin = convert(graph, generous_scales(graph, b.values(48, 1.0F)), {});
  EXPECT_EQ(twin.report[3].fate, "no effect: its input is never negative");
  EXPECT_EQ(twin.layers[1].population, twin.layers[2].population);
}

}  // namespace
}  // namespace homolog::conversion::convert_test
