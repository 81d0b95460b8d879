#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "conversion/graph/float_graph.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion::validate_test {
namespace {

/// input [2, 4, 4] -> Conv 3x3, 3 channels -> Relu -> MaxPool 2x2.
FloatGraph small_graph() {
  FloatGraph graph;
  graph.file = "m.onnx";
  graph.tensors = {{"input", {2, 4, 4}}, {"conv", {3, 2, 2}}, {"relu", {3, 2, 2}}, {"pool", {3, 1, 1}}};
  Convolution conv{.window = {.kernel_h = 3, .kernel_w = 3}, .in_channels = 2, .out_channels = 3};
  conv.weights.assign(3 * 2 * 9, 0.5F);
  conv.bias.assign(3, 0.0F);
  graph.nodes = {{"c", "Conv", conv, {0}, 1},
                 {"r", "Relu", Relu{}, {1}, 2},
                 {"p", "MaxPool", MaxPool{{.kernel_h = 2, .kernel_w = 2}}, {2}, 3}};
  graph.inputs = {0};
  graph.outputs = {3};
  return graph;
}

std::string refusal(const std::function<void(FloatGraph&)>& change) {
  FloatGraph graph = small_graph();
  change(graph);
  try {
    validate(graph);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::model);
    return e.what();
  }
  return "";
}

Convolution& conv_of(FloatGraph& graph) {
  return std::get<Convolution>(graph.nodes.at(0).op);
}

TEST(Validate, AcceptsWhatItPromises) {
  EXPECT_EQ(refusal([](FloatGraph&) {}), "");
}

TEST(Validate, AcceptsPoolingOfEitherRounding) {
  EXPECT_EQ(refusal([](FloatGraph& g) {
              std::get<MaxPool>(g.nodes[2].op).window = {
                  .kernel_h = 1, .kernel_w = 1, .stride_h = 3, .stride_w = 3};
            }),
            "");
  const auto dims = [](std::int64_t side) {
    FloatGraph graph;
    graph.tensors = {{"input", {1, 6, 6}}, {"pool", {1, side, side}}};
    graph.nodes = {
        {"p", "MaxPool", MaxPool{{.kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2}}, {0}, 1}};
    graph.inputs = {0};
    graph.outputs = {1};
    return graph;
  };
  EXPECT_NO_THROW(validate(dims(2)));
  EXPECT_NO_THROW(validate(dims(3)));
  EXPECT_THROW(validate(dims(4)), Error);
}

TEST(Validate, RefusesWeightsThatDoNotFit) {
  EXPECT_EQ(refusal([](FloatGraph& g) { conv_of(g).weights.pop_back(); }),
            "m.onnx: c: Conv: has 53 weights, needs 54");
  EXPECT_EQ(refusal([](FloatGraph& g) { conv_of(g).bias.clear(); }),
            "m.onnx: c: Conv: has 0 biases, needs 3");
  EXPECT_EQ(refusal([](FloatGraph& g) { conv_of(g).groups = 2; }),
            "m.onnx: c: Conv: 2 groups do not divide 2 input and 3 output channels");
}

TEST(Validate, RefusesWeightsThatAreNotFinite) {
  EXPECT_EQ(refusal([](FloatGraph& g) { conv_of(g).weights[7] = std::numeric_limits<float>::quiet_NaN(); }),
            "m.onnx: c: Conv: weight 7 is NaN; all must be finite");
  EXPECT_EQ(refusal([](FloatGraph& g) { conv_of(g).bias[1] = std::numeric_limits<float>::infinity(); }),
            "m.onnx: c: Conv: bias 1 is infinite; all must be finite");
}

TEST(Validate, RefusesDimsThatTheOperatorDoesNotGive) {
  EXPECT_EQ(refusal([](FloatGraph& g) {
              g.tensors[2].dims = {3, 4, 1};
            }),
            "m.onnx: r: Relu: the output is said to be 3x4x1, the operator gives 3x2x2");
  EXPECT_EQ(
      refusal([](FloatGraph& g) {
        g.tensors[3].dims = {3, 0, 1};
      }),
      "m.onnx: tensor 'pool' has extents 3x0x1; each must be at least 1, the product at most 2147483647, and "
      "there may be 8 axes");
}

TEST(Validate, RefusesDisorder) {
  EXPECT_EQ(refusal([](FloatGraph& g) { std::swap(g.nodes[0], g.nodes[1]); }),
            "m.onnx: r: Relu: input 1 is not written by an earlier node");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.nodes[2].output = 2; }),
            "m.onnx: p: MaxPool: output 2 does not exist or is written twice");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.nodes[2].inputs = {9}; }),
            "m.onnx: p: MaxPool: input 9 is not written by an earlier node");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.nodes.pop_back(); }),
            "m.onnx: tensor 'pool' is not written by any node");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.outputs = {7}; }), "m.onnx: graph output 7 does not exist");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.inputs.clear(); }),
            "m.onnx: a graph needs at least one input and one output");
}

TEST(Validate, RefusesLayersOfTheSameName) {
  EXPECT_EQ(refusal([](FloatGraph& g) { g.tensors[2].name = "/conv"; }),
            "m.onnx: two tensors are called 'conv' ('/' counts as '.'); rename one");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.tensors[2].name = ""; }), "m.onnx: a tensor has no name");
}

TEST(Validate, ChecksTheNormalisation) {
  EXPECT_EQ(refusal([](FloatGraph& g) { g.input_mean = {0.5F, 0.5F}; }), "");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.input_mean = {0.5F}; }),
            "m.onnx: input_mean has 1 numbers for an input of 2x4x4; one per channel is needed");
  EXPECT_EQ(refusal([](FloatGraph& g) { g.input_std = {1.0F, 0.0F}; }), "m.onnx: input_std must be > 0");
}

}  // namespace
}  // namespace homolog::conversion::validate_test
