// Convolution, pooling, padding and means: what their attributes mean for the window and the extents.
#include <gtest/gtest.h>

#include "tests/support/onnx_builder.hpp"

namespace homolog::conversion::maps_test {
namespace {

using test::OnnxAttribute;
using test::OnnxBuilder;

/// x [N, shape] through one operator to y.
OnnxBuilder one(const std::string& op, const Dims& image, const std::vector<OnnxAttribute>& attributes,
                std::int64_t opset = 13) {
  std::vector<std::int64_t> shape{-1};
  shape.insert(shape.end(), image.begin(), image.end());
  OnnxBuilder builder(opset);
  builder.input("x", shape).output("y").node(op, {"x"}, {"y"}, attributes);
  return builder;
}

OnnxBuilder conv(const Dims& image, const Dims& weights, const std::vector<OnnxAttribute>& attributes) {
  OnnxBuilder builder;
  builder.input("x", {-1, image[0], image[1], image[2]}).output("y").filled("w", weights);
  builder.node("Conv", {"x", "w"}, {"y"}, attributes);
  return builder;
}

const Dims& output_dims(const FloatGraph& graph) {
  return graph.tensors.at(static_cast<std::size_t>(graph.outputs.front())).dims;
}

template <class T>
const T& only_op(const FloatGraph& graph) {
  EXPECT_EQ(graph.nodes.size(), 1U);
  return std::get<T>(graph.nodes.front().op);
}

std::vector<std::int64_t> pads(const Window2d& w) {
  return {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right};
}

TEST(ImportConv, TakesEveryAttributeOfTheWindow) {
  const FloatGraph graph = conv({4, 20, 30}, {6, 2, 3, 5},
                                {{"group", 2},
                                 {"strides", {2, 3}},
                                 {"dilations", {2, 1}},
                                 {"pads", {1, 2, 3, 4}},
                                 {"kernel_shape", {3, 5}}})
                               .import();
  const auto& op = only_op<Convolution>(graph);
  EXPECT_EQ(op.groups, 2);
  EXPECT_EQ(op.in_channels, 4);
  EXPECT_EQ(op.out_channels, 6);
  EXPECT_EQ(op.window.kernel_h, 3);
  EXPECT_EQ(op.window.kernel_w, 5);
  EXPECT_EQ(op.window.stride_h, 2);
  EXPECT_EQ(op.window.stride_w, 3);
  EXPECT_EQ(op.window.dilation_h, 2);
  EXPECT_EQ(op.window.dilation_w, 1);
  EXPECT_EQ(pads(op.window), (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(op.weights.size(), 6U * 2 * 3 * 5);
  EXPECT_EQ(op.bias, std::vector<float>(6, 0.0F));
  // H: (20 + 1 + 3 - 5) / 2 + 1 = 10; W: (30 + 2 + 4 - 5) / 3 + 1 = 11
  EXPECT_EQ(output_dims(graph), (Dims{6, 10, 11}));
}

TEST(ImportConv, KeepsWeightsAndBiasInOnnxOrder) {
  OnnxBuilder builder;
  builder.input("x", {-1, 1, 2, 2})
      .output("y")
      .floats("w", {2, 1, 1, 2}, {1, 2, 3, 4})
      .floats("b", {2}, {5, 6});
  builder.node("Conv", {"x", "w", "b"}, {"y"});
  const FloatGraph graph = builder.import();
  EXPECT_EQ(only_op<Convolution>(graph).weights, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(only_op<Convolution>(graph).bias, (std::vector<float>{5, 6}));
}

TEST(ImportConv, DepthwiseHasOneInputChannelAGroup) {
  const FloatGraph graph = conv({8, 5, 5}, {8, 1, 3, 3}, {{"group", 8}}).import();
  EXPECT_EQ(only_op<Convolution>(graph).in_channels, 8);
  EXPECT_EQ(output_dims(graph), (Dims{8, 3, 3}));
}

// ONNX: SAME gives ceil(in / stride) positions; the odd pad goes behind (UPPER) or before (LOWER).
TEST(ImportConv, AutoPadSameIsResolved) {
  // in 5, stride 2 -> 3 positions; pads (3 - 1) * 2 + 3 - 5 = 2 for kernel 3, 3 for kernel 4
  const FloatGraph upper =
      conv({1, 5, 5}, {1, 1, 3, 4}, {{"auto_pad", "SAME_UPPER"}, {"strides", {2, 2}}}).import();
  EXPECT_EQ(pads(only_op<Convolution>(upper).window), (std::vector<std::int64_t>{1, 1, 1, 2}));
  EXPECT_EQ(output_dims(upper), (Dims{1, 3, 3}));
  const FloatGraph lower =
      conv({1, 5, 5}, {1, 1, 3, 4}, {{"auto_pad", "SAME_LOWER"}, {"strides", {2, 2}}}).import();
  EXPECT_EQ(pads(only_op<Convolution>(lower).window), (std::vector<std::int64_t>{1, 2, 1, 1}));
  // a stride larger than the kernel needs no pads: ceil(7 / 3) = 3 = (7 - 1) / 3 + 1
  const FloatGraph sparse =
      conv({1, 7, 7}, {1, 1, 1, 1}, {{"auto_pad", "SAME_UPPER"}, {"strides", {3, 3}}}).import();
  EXPECT_EQ(pads(only_op<Convolution>(sparse).window), (std::vector<std::int64_t>{0, 0, 0, 0}));
  EXPECT_EQ(output_dims(sparse), (Dims{1, 3, 3}));
  // dilation 2 makes kernel 3 span 5: pads 5 - 1 = 4
  const FloatGraph dilated =
      conv({1, 7, 7}, {1, 1, 3, 3}, {{"auto_pad", "SAME_UPPER"}, {"dilations", {2, 2}}}).import();
  EXPECT_EQ(pads(only_op<Convolution>(dilated).window), (std::vector<std::int64_t>{2, 2, 2, 2}));
}

TEST(ImportConv, AutoPadValidAndNotsetHaveNoPadsOfTheirOwn) {
  EXPECT_EQ(output_dims(conv({1, 5, 5}, {1, 1, 3, 3}, {{"auto_pad", "VALID"}}).import()), (Dims{1, 3, 3}));
  EXPECT_EQ(
      output_dims(conv({1, 5, 5}, {1, 1, 3, 3}, {{"auto_pad", "NOTSET"}, {"pads", {1, 1, 1, 1}}}).import()),
      (Dims{1, 5, 5}));
}

TEST(ImportConv, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(conv({4, 5, 5}, {6, 3, 3, 3}, {}).refusal(),
            "m.onnx: y: Conv: the weights are for 3 input channels, the input is 4x5x5");
  EXPECT_EQ(conv({4, 5, 5}, {5, 2, 3, 3}, {{"group", 2}}).refusal(),
            "m.onnx: y: Conv: 2 groups do not divide 5 output channels");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"group", 0}}).refusal(),
            "m.onnx: y: Conv: attribute 'group' is 0, must be at least 1");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"kernel_shape", {3, 1}}}).refusal(),
            "m.onnx: y: Conv: attribute 'kernel_shape' is 3x1, the weights are 3x3");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"strides", {1, 0}}}).refusal(),
            "m.onnx: y: Conv: attribute 'strides' holds 0, must be at least 1");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"pads", {0, 0, -1, 0}}}).refusal(),
            "m.onnx: y: Conv: padding of -1 is out of range; it must be 0 to 65535");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"pads", {0, 0}}}).refusal(),
            "m.onnx: y: Conv: attribute 'pads' has 2 numbers, must have 4: top, left, bottom, right");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"pads", {1, 1, 1, 1}}, {"auto_pad", "SAME_UPPER"}}).refusal(),
            "m.onnx: y: Conv: attributes 'pads' and auto_pad 'SAME_UPPER' contradict each other");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"auto_pad", "SAME"}}).refusal(),
            "m.onnx: y: Conv: auto_pad 'SAME' is not one of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 6, 3}, {}).refusal(),
            "m.onnx: y: Conv: the window spans 6 positions, the padded input has only 5");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3}, {}).refusal(),
            "m.onnx: y: Conv: only 2-D convolutions are supported, the weights are 4x4x3");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"activation", "Relu"}}).refusal(),
            "m.onnx: y: Conv: attribute 'activation' is not understood in this opset");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"group", 1.0F}}).refusal(),
            "m.onnx: y: Conv: attribute 'group' has type FLOAT, must be INT");
  EXPECT_EQ(conv({4, 5, 5}, {4, 4, 3, 3}, {{"group", 1}, {"group", 1}}).refusal(),
            "m.onnx: y: Conv: attribute 'group' is given twice");
}

TEST(ImportConv, RefusesABiasOfAnotherSize) {
  OnnxBuilder builder;
  builder.input("x", {-1, 1, 2, 2}).output("y").filled("w", {2, 1, 1, 1}).filled("b", {1});
  builder.node("Conv", {"x", "w", "b"}, {"y"});
  EXPECT_EQ(builder.refusal(), "m.onnx: y: Conv: the bias is 1, must be 2");
}

TEST(ImportMaxPool, CeilModeAddsTheLastPartialWindow) {
  // (6 - 3) / 2 + 1: 2 windows by floor, 3 by ceil
  EXPECT_EQ(output_dims(one("MaxPool", {2, 6, 6}, {{"kernel_shape", {3, 3}}, {"strides", {2, 2}}}).import()),
            (Dims{2, 2, 2}));
  EXPECT_EQ(
      output_dims(one("MaxPool", {2, 6, 6}, {{"kernel_shape", {3, 3}}, {"strides", {2, 2}}, {"ceil_mode", 1}})
                      .import()),
      (Dims{2, 3, 3}));
}

// "Sliding windows that would start in the right padded region are ignored" (ONNX, AveragePool).
TEST(ImportMaxPool, CeilModeDropsAWindowThatWouldStartBehindTheMap) {
  EXPECT_EQ(
      output_dims(one("MaxPool", {1, 4, 4}, {{"kernel_shape", {1, 1}}, {"strides", {2, 2}}, {"ceil_mode", 1}})
                      .import()),
      (Dims{1, 2, 2}));
  EXPECT_EQ(output_dims(
                one("AveragePool", {1, 4, 4},
                    {{"kernel_shape", {2, 2}}, {"strides", {3, 3}}, {"pads", {0, 0, 1, 1}}, {"ceil_mode", 1}})
                    .import()),
            (Dims{1, 2, 2}));
}

TEST(ImportMaxPool, TakesDilationsFromOpset10On) {
  EXPECT_EQ(
      output_dims(one("MaxPool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"dilations", {2, 3}}}).import()),
      (Dims{1, 5, 3}));
  EXPECT_EQ(one("MaxPool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"dilations", {2, 3}}}, 9).refusal(),
            "m.onnx: y: MaxPool: attribute 'dilations' is not understood in this opset");
  EXPECT_EQ(one("MaxPool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"ceil_mode", 1}}, 9).refusal(),
            "m.onnx: y: MaxPool: attribute 'ceil_mode' is not understood in this opset");
}

TEST(ImportMaxPool, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(one("MaxPool", {1, 9, 9}, {}).refusal(),
            "m.onnx: y: MaxPool: attribute 'kernel_shape' is missing");
  EXPECT_EQ(one("MaxPool", {1, 9}, {{"kernel_shape", {3}}}).refusal(),
            "m.onnx: y: MaxPool: only 2-D maps [batch, C, H, W] are supported, the input is batch x 1x9");
  EXPECT_EQ(one("MaxPool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"storage_order", 1}}).refusal(),
            "m.onnx: y: MaxPool: storage_order = 1 is not supported");
  EXPECT_EQ(one("MaxPool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"ceil_mode", 2}}).refusal(),
            "m.onnx: y: MaxPool: attribute 'ceil_mode' must be 0 or 1, is 2");
  EXPECT_EQ(one("MaxPool", {1, 9, 9}, {{"kernel_shape", {2, 2}}, {"pads", {2, 0, 0, 0}}}).refusal(),
            "m.onnx: y: MaxPool: padding must be smaller than the pooling window (2)");
  EXPECT_EQ(
      one("MaxPool", {1, 1, 9}, {{"kernel_shape", {2, 1}}, {"dilations", {3, 1}}, {"pads", {1, 0, 2, 0}}})
          .refusal(),
      "m.onnx: y: MaxPool: a dilated pooling window has no element inside the map");
  EXPECT_EQ(
      one("MaxPool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"ceil_mode", 1}, {"auto_pad", "VALID"}})
          .refusal(),
      "m.onnx: y: MaxPool: auto_pad VALID with ceil_mode is not defined the same everywhere; export with "
      "explicit pads");
}

TEST(ImportMaxPool, RefusesIndicesOnlyWhenTheyAreUsed) {
  OnnxBuilder builder;
  builder.input("x", {-1, 1, 4, 4}).output("y");
  builder.node("MaxPool", {"x"}, {"y", "indices"}, {{"kernel_shape", {2, 2}}});
  EXPECT_EQ(builder.refusal(), "");
  builder.output("indices");
  EXPECT_EQ(builder.refusal(),
            "m.onnx: y: MaxPool: output 1 ('indices') is used; only the first output is supported");
}

TEST(ImportAveragePool, KeepsThePadConvention) {
  const std::vector<OnnxAttribute> window{{"kernel_shape", {3, 3}}, {"pads", {1, 1, 1, 1}}};
  EXPECT_FALSE(only_op<AveragePool>(one("AveragePool", {1, 4, 4}, window).import()).count_include_pad);
  auto counting = window;
  counting.emplace_back("count_include_pad", 1);
  EXPECT_TRUE(only_op<AveragePool>(one("AveragePool", {1, 4, 4}, counting).import()).count_include_pad);
}

TEST(ImportAveragePool, TakesDilationsFromOpset19On) {
  const FloatGraph graph =
      one("AveragePool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"dilations", {2, 3}}}, 19).import();
  EXPECT_EQ(output_dims(graph), (Dims{1, 5, 3}));  // spans of 5 and 7 in 9
  EXPECT_EQ(one("AveragePool", {1, 9, 9}, {{"kernel_shape", {3, 3}}, {"dilations", {2, 2}}}, 18).refusal(),
            "m.onnx: y: AveragePool: attribute 'dilations' is not understood in this opset");
}

TEST(ImportGlobalAveragePool, IsAPoolWhoseWindowIsTheMap) {
  const FloatGraph graph = one("GlobalAveragePool", {7, 5, 3}, {}).import();
  EXPECT_EQ(only_op<AveragePool>(graph).window.kernel_h, 5);
  EXPECT_EQ(only_op<AveragePool>(graph).window.kernel_w, 3);
  EXPECT_EQ(output_dims(graph), (Dims{7, 1, 1}));
}

TEST(ImportReduceMean, OverHAndWIsThatPool) {
  for (const std::vector<std::int64_t>& axes : {std::vector<std::int64_t>{2, 3}, {-1, -2}}) {
    const FloatGraph graph = one("ReduceMean", {7, 5, 3}, {{"axes", axes}}).import();
    EXPECT_EQ(only_op<AveragePool>(graph).window.kernel_h, 5);
    EXPECT_EQ(output_dims(graph), (Dims{7, 1, 1}));
  }
}

TEST(ImportReduceMean, WithoutKeepdimsAViewFollows) {
  const FloatGraph graph = one("ReduceMean", {7, 5, 3}, {{"axes", {2, 3}}, {"keepdims", 0}}).import();
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<AveragePool>(graph.nodes[0].op));
  EXPECT_TRUE(std::holds_alternative<View>(graph.nodes[1].op));
  EXPECT_EQ(output_dims(graph), (Dims{7}));
  EXPECT_EQ(graph.tensors.at(1).name, "y_mean");
}

TEST(ImportReduceMean, OfOneAxisAfterTheOtherIsTheSame) {
  OnnxBuilder builder;
  builder.input("x", {-1, 7, 5, 3}).output("y");
  builder.node("ReduceMean", {"x"}, {"rows"}, {{"axes", {3}}, {"keepdims", 0}});
  builder.node("ReduceMean", {"rows"}, {"y"}, {{"axes", {2}}, {"keepdims", 0}});
  const FloatGraph graph = builder.import();
  EXPECT_EQ(output_dims(graph), (Dims{7}));
  std::vector<std::pair<std::int64_t, std::int64_t>> windows;
  for (const Node& node : graph.nodes) {
    if (const auto* pool = std::get_if<AveragePool>(&node.op)) {
      windows.emplace_back(pool->window.kernel_h, pool->window.kernel_w);
    }
  }
  EXPECT_EQ(windows, (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 3}, {5, 1}}));
  EXPECT_EQ(output_dims(one("ReduceMean", {7, 5, 3}, {{"axes", {2}}}).import()), (Dims{7, 1, 3}));
}

TEST(ImportReduceMean, TakesAxesAsInputFromOpset18On) {
  OnnxBuilder builder(18);
  builder.input("x", {-1, 7, 5, 3}).output("y").integers("axes", {2, 3});
  builder.node("ReduceMean", {"x", "axes"}, {"y"});
  EXPECT_EQ(output_dims(builder.import()), (Dims{7, 1, 1}));
  EXPECT_EQ(
      one("ReduceMean", {7, 5, 3}, {{"axes", {2, 3}}}, 18).refusal(),
      "m.onnx: y: ReduceMean: without axes it would take the mean over the batch too; only the mean over H "
      "and W is supported");
  EXPECT_EQ(one("ReduceMean", {7, 5, 3}, {{"noop_with_empty_axes", 1}}, 18).import().nodes.size(), 0U);
}

TEST(ImportReduceMean, RefusesOtherAxes) {
  EXPECT_EQ(one("ReduceMean", {7, 5, 3}, {{"axes", {1}}}).refusal(),
            "m.onnx: y: ReduceMean: only the mean over H, W or both (axes 2 and 3) of [batch, C, H, W] is "
            "supported, the input is batch x 7x5x3");
  EXPECT_EQ(one("ReduceMean", {7, 5, 3}, {{"axes", {0, 2, 3}}}).refusal(),
            "m.onnx: y: ReduceMean: axis 0 is the batch; images must stay apart");
  EXPECT_EQ(one("ReduceMean", {7, 5, 3}, {{"axes", {2, 4}}}).refusal(),
            "m.onnx: y: ReduceMean: axis 4 does not exist; the tensor has 4 axes with the batch");
}

TEST(ImportPad, TakesPadsOfHAndW) {
  const FloatGraph old =
      one("Pad", {2, 3, 4}, {{"pads", {0, 0, 1, 2, 0, 0, 3, 4}}, {"value", -1.0F}}, 10).import();
  const auto& op = only_op<Pad>(old);
  EXPECT_EQ((std::vector<std::int64_t>{op.top, op.left, op.bottom, op.right}),
            (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(op.value, -1.0F);
  EXPECT_EQ(output_dims(old), (Dims{2, 7, 10}));
}

OnnxBuilder pad11(const std::vector<std::int64_t>& pads, std::int64_t opset = 13) {
  OnnxBuilder builder(opset);
  builder.input("x", {-1, 2, 3, 4}).output("y").integers("pads", pads);
  return builder;
}

TEST(ImportPad, TakesInputsFromOpset11On) {
  OnnxBuilder builder = pad11({0, 0, 1, 0, 0, 0, 0, 2});
  builder.floats("value", {}, {0.5F}).node("Pad", {"x", "pads", "value"}, {"y"});
  EXPECT_EQ(only_op<Pad>(builder.import()).value, 0.5F);
  EXPECT_EQ(output_dims(builder.import()), (Dims{2, 4, 6}));
  OnnxBuilder with_axes = pad11({1, 2, 3, 4}, 18);
  with_axes.integers("axes", {-1, 2}).node("Pad", {"x", "pads", "", "axes"}, {"y"});
  EXPECT_EQ(output_dims(with_axes.import()), (Dims{2, 3 + 2 + 4, 4 + 1 + 3}));
}

TEST(ImportPad, WithoutPadsIsRemoved) {
  OnnxBuilder builder = pad11({0, 0, 0, 0, 0, 0, 0, 0});
  builder.node("Pad", {"x", "pads"}, {"y"});
  const FloatGraph graph = builder.import();
  EXPECT_TRUE(graph.nodes.empty());
  EXPECT_EQ(find_tensor(graph, "y"), graph.inputs.front());
}

TEST(ImportPad, RefusesWhatItDoesNotUnderstand) {
  const auto refusal = [](const std::vector<std::int64_t>& pads,
                          const std::vector<OnnxAttribute>& attributes) {
    OnnxBuilder builder = pad11(pads);
    builder.node("Pad", {"x", "pads"}, {"y"}, attributes);
    return builder.refusal();
  };
  EXPECT_EQ(refusal({0, 0, 1, 1, 0, 0, 1, 1}, {{"mode", "reflect"}}),
            "m.onnx: y: Pad: mode 'reflect' is not supported; only 'constant' is");
  EXPECT_EQ(refusal({0, 0, -1, 1, 0, 0, 1, 1}, {}),
            "m.onnx: y: Pad: a pad of -1 would cut the map; negative pads are not supported");
  EXPECT_EQ(refusal({0, 1, 0, 0, 0, 0, 0, 0}, {}),
            "m.onnx: y: Pad: only H and W of [batch, C, H, W] can be padded, the input is batch x 2x3x4");
  EXPECT_EQ(refusal({1, 0, 0, 0, 0, 0, 0, 0}, {}),
            "m.onnx: y: Pad: axis 0 is the batch; images must stay apart");
  EXPECT_EQ(refusal({0, 0, 0, 0}, {}), "m.onnx: y: Pad: has 4 pads for 4 axes; two per axis are needed");
  EXPECT_EQ(refusal({0, 0, std::int64_t{1} << 60, 0, 0, 0, 0, 0}, {}),
            "m.onnx: y: Pad: padding of 1152921504606846976 is out of range; it must be 0 to 65535");
}

}  // namespace
}  // namespace homolog::conversion::maps_test
