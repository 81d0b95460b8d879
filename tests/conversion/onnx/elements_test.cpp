// Elementwise operators, batch normalisation, dense layers and softmax.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/onnx_builder.hpp"

namespace homolog::conversion::elements_test {
namespace {

using test::OnnxAttribute;
using test::OnnxBuilder;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <class T>
const T& only_op(const FloatGraph& graph) {
  EXPECT_EQ(graph.nodes.size(), 1U);
  return std::get<T>(graph.nodes.front().op);
}

/// y = x op c, or c op x; x is [N, 2, 2, 3].
OnnxBuilder with_constant(const std::string& op, const std::vector<std::int64_t>& shape,
                          const std::vector<float>& values, bool constant_first = false) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2, 2, 3}).output("y").floats("c", shape, values);
  builder.node(op, constant_first ? std::vector<std::string>{"c", "x"} : std::vector<std::string>{"x", "c"},
               {"y"});
  return builder;
}

using Floats = std::vector<float>;

TEST(ImportAdd, OfTwoTensorsIsAdd) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2, 3}).output("y").node("Relu", {"x"}, {"r"}).node("Add", {"x", "r"}, {"y"});
  const FloatGraph graph = builder.import();
  EXPECT_TRUE(std::holds_alternative<Add>(graph.nodes.at(1).op));
  EXPECT_EQ(graph.nodes.at(1).inputs, (std::vector<TensorId>{0, 1}));
}

TEST(ImportAdd, OfTensorsOfOtherExtentsIsRefused) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2, 3, 3}).output("y").node("GlobalAveragePool", {"x"}, {"g"});
  builder.node("Add", {"x", "g"}, {"y"});
  EXPECT_EQ(builder.refusal(),
            "m.onnx: y: Add: cannot add 2x3x3 and 2x1x1; computed tensors must have the same extents");
}

TEST(ImportArithmetic, ConstantsBecomeScaleAndShift) {
  const auto affine = [](const OnnxBuilder& builder) { return only_op<Affine>(builder.import()); };
  const Affine add = affine(with_constant("Add", {}, {3}));
  EXPECT_EQ(add.scale, Floats{1});
  EXPECT_EQ(add.shift, Floats{3});
  const Affine sub = affine(with_constant("Sub", {1}, {3}));
  EXPECT_EQ(sub.scale, Floats{1});
  EXPECT_EQ(sub.shift, Floats{-3});
  const Affine reversed = affine(with_constant("Sub", {1}, {3}, true));  // 3 - x
  EXPECT_EQ(reversed.scale, Floats{-1});
  EXPECT_EQ(reversed.shift, Floats{3});
  const Affine mul = affine(with_constant("Mul", {1, 1}, {3}, true));
  EXPECT_EQ(mul.scale, Floats{3});
  EXPECT_EQ(mul.shift, Floats{0});
  const Affine div = affine(with_constant("Div", {1}, {4}));
  EXPECT_EQ(div.scale, Floats{0.25F});
  EXPECT_EQ(div.shift, Floats{0});
}

TEST(ImportArithmetic, ConstantsAreBroadcastByNumpysRules) {
  const auto scale = [](const std::vector<std::int64_t>& shape, const Floats& values) {
    return only_op<Affine>(with_constant("Mul", shape, values).import()).scale;
  };
  EXPECT_EQ(scale({2, 1, 1}, {1, 2}), (Floats{1, 2}));                             // per channel
  EXPECT_EQ(scale({1, 2, 1, 1}, {1, 2}), (Floats{1, 2}));                          // with a batch axis of 1
  EXPECT_EQ(scale({3}, {1, 2, 3}), (Floats{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}));  // along W
  EXPECT_EQ(scale({2, 1}, {1, 2}), (Floats{1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}));  // along H, not C
  EXPECT_EQ(scale({2, 1, 3}, {1, 2, 3, 4, 5, 6}), (Floats{1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}));
  EXPECT_EQ(scale({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
            (Floats{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
}

TEST(ImportArithmetic, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(with_constant("Add", {5, 2, 2, 3}, Floats(60, 1)).refusal(),
            "m.onnx: y: Add: constant 'c' (5x2x2x3) differs between the images of a batch (batch x 2x2x3)");
  EXPECT_EQ(with_constant("Add", {4, 1, 1}, Floats(4, 1)).refusal(),
            "m.onnx: y: Add: constant 'c' (4x1x1) does not fit the tensor (batch x 2x2x3)");
  EXPECT_EQ(with_constant("Add", {1, 1, 1, 1, 1}, {1}).refusal(),
            "m.onnx: y: Add: constant 'c' (1x1x1x1x1) has more axes than the tensor (batch x 2x2x3)");
  EXPECT_EQ(with_constant("Div", {1}, {4}, true).refusal(),
            "m.onnx: y: Div: a constant divided by a computed tensor is not supported");
  EXPECT_EQ(with_constant("Div", {1}, {0}).refusal(),
            "m.onnx: y: Div: the divisor has an element that is zero or too small");
  OnnxBuilder two;
  two.input("x", {-1, 3}).output("y").node("Mul", {"x", "x"}, {"y"});
  EXPECT_EQ(two.refusal(),
            "m.onnx: y: Mul: works on two computed tensors, as in gating or attention; supported: a computed "
            "tensor "
            "and a constant (and the addition of two computed tensors)");
  OnnxBuilder none;
  none.output("y").filled("a", {3}).filled("b", {3}).node("Add", {"a", "b"}, {"y"});
  EXPECT_EQ(none.refusal(),
            "m.onnx: y: Add: input 1 (B, 'b') is a constant, must be computed; fold constants on export");
  OnnxBuilder missing;
  missing.input("x", {-1, 3}).output("y").node("Add", {"x"}, {"y"});
  EXPECT_EQ(missing.refusal(), "m.onnx: y: Add: input 1 (B) is missing");
}

OnnxBuilder clip(std::int64_t opset, const std::vector<std::string>& inputs,
                 const std::vector<OnnxAttribute>& attributes = {}) {
  OnnxBuilder builder(opset);
  builder.input("x", {-1, 3})
      .output("y")
      .floats("low", {}, {-1})
      .floats("high", {}, {6})
      .floats("zero", {}, {0});
  builder.node("Clip", inputs, {"y"}, attributes);
  return builder;
}

TEST(ImportClip, TakesAttributesThenInputs) {
  const Clip old = only_op<Clip>(clip(10, {"x"}, {{"min", -1.0F}, {"max", 6.0F}}).import());
  EXPECT_EQ(old.low, -1.0F);
  EXPECT_EQ(old.high, 6.0F);
  const Clip now = only_op<Clip>(clip(13, {"x", "low", "high"}).import());
  EXPECT_EQ(now.low, -1.0F);
  EXPECT_EQ(now.high, 6.0F);
}

TEST(ImportClip, AMissingBoundIsInfinite) {
  EXPECT_EQ(only_op<Clip>(clip(13, {"x", "", "high"}).import()).low, -kInfinity);
  EXPECT_EQ(only_op<Clip>(clip(13, {"x", "low"}).import()).high, kInfinity);
  EXPECT_EQ(only_op<Clip>(clip(7, {"x"}, {{"max", std::numeric_limits<float>::max()}}).import()).high,
            kInfinity);
}

TEST(ImportClip, FromZeroUpIsARelu) {
  const FloatGraph graph = clip(13, {"x", "zero"}).import();
  EXPECT_TRUE(std::holds_alternative<Relu>(graph.nodes.front().op));
  EXPECT_EQ(graph.nodes.front().operation, "Clip");
}

TEST(ImportClip, RefusesBoundsThatCross) {
  EXPECT_EQ(clip(13, {"x", "high", "low"}).refusal(),
            "m.onnx: y: Clip: bounds 6.000000 and -1.000000 leave no value");
}

OnnxBuilder batch_norm(std::int64_t opset, const std::vector<OnnxAttribute>& attributes = {},
                       const std::vector<std::string>& outputs = {"y"}) {
  OnnxBuilder builder(opset);
  builder.input("x", {-1, 2, 4, 4}).output("y").floats("gamma", {2}, {2, 3}).floats("beta", {2}, {0.5F, -1});
  builder.floats("mean", {2}, {1, -2}).floats("var", {2}, {4, 0.25F});
  builder.node("BatchNormalization", {"x", "gamma", "beta", "mean", "var"}, outputs, attributes);
  return builder;
}

TEST(ImportBatchNormalization, IsScaleAndShiftPerChannel) {
  const Affine op = only_op<Affine>(batch_norm(13, {{"epsilon", 1e-3F}, {"momentum", 0.5F}}).import());
  // gamma / sqrt(var + epsilon), beta - mean * scale, rounded once
  const double epsilon = static_cast<double>(1e-3F);
  const double scale[] = {2 / std::sqrt(4 + epsilon), 3 / std::sqrt(0.25 + epsilon)};
  EXPECT_EQ(op.scale, (Floats{static_cast<float>(scale[0]), static_cast<float>(scale[1])}));
  EXPECT_EQ(op.shift, (Floats{static_cast<float>(0.5 - scale[0]), static_cast<float>(-1 + 2 * scale[1])}));
}

TEST(ImportBatchNormalization, RefusesTrainingForm) {
  const std::string refusal =
      "m.onnx: y: BatchNormalization: is in training form; export the model for inference (model.eval())";
  EXPECT_EQ(batch_norm(15, {{"training_mode", 0}}).refusal(), "");
  EXPECT_EQ(batch_norm(15, {{"training_mode", 1}}).refusal(), refusal);
  EXPECT_EQ(batch_norm(9, {}, {"y", "m", "v", "sm", "sv"}).refusal(), refusal);
  EXPECT_EQ(batch_norm(7, {{"spatial", 0}}).refusal(),
            "m.onnx: y: BatchNormalization: spatial = 0 (statistics per element) is not supported");
}

TEST(ImportBatchNormalization, RefusesStatisticsThatDoNotFit) {
  OnnxBuilder builder = batch_norm(13);
  *builder.graph().mutable_initializer(3) = test::float_tensor("var", {2}, {4, -1});
  EXPECT_EQ(builder.refusal(),
            "m.onnx: y: BatchNormalization: input_var + epsilon is -0.999990 for channel 1, must be > 0");
  *builder.graph().mutable_initializer(3) = test::float_tensor("var", {3}, {4, 1, 1});
  EXPECT_EQ(builder.refusal(), "m.onnx: y: BatchNormalization: input_var is 3, must be 2, one per channel");
}

/// y = Gemm(x [N, 2], b, c)
OnnxBuilder gemm(const Dims& b_shape, const std::vector<std::int64_t>& c_shape, const Floats& c,
                 const std::vector<OnnxAttribute>& attributes) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y").floats("b", b_shape, {1, 2, 3, 4, 5, 6}).floats("c", c_shape, c);
  builder.node("Gemm", {"x", "b", "c"}, {"y"}, attributes);
  return builder;
}

TEST(ImportGemm, BringsWeightsToOutputByInput) {
  const Dense plain = only_op<Dense>(gemm({2, 3}, {3}, {7, 8, 9}, {}).import());
  EXPECT_EQ(plain.in_features, 2);
  EXPECT_EQ(plain.out_features, 3);
  EXPECT_EQ(plain.weights, (Floats{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(plain.bias, (Floats{7, 8, 9}));
  const Dense transposed = only_op<Dense>(gemm({3, 2}, {1, 3}, {7, 8, 9}, {{"transB", 1}}).import());
  EXPECT_EQ(transposed.weights, (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(transposed.bias, (Floats{7, 8, 9}));
}

TEST(ImportGemm, AppliesAlphaAndBeta) {
  const Dense op =
      only_op<Dense>(gemm({3, 2}, {}, {8}, {{"transB", 1}, {"alpha", 2.0F}, {"beta", 0.5F}}).import());
  EXPECT_EQ(op.weights, (Floats{2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(op.bias, (Floats{4, 4, 4}));  // one value for all outputs
}

TEST(ImportGemm, WorksWithoutC) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y").filled("b", {2, 3}).node("Gemm", {"x", "b"}, {"y"});
  EXPECT_EQ(only_op<Dense>(builder.import()).bias, Floats(3, 0.0F));
}

TEST(ImportGemm, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(gemm({2, 3}, {3}, {7, 8, 9}, {{"transA", 1}}).refusal(),
            "m.onnx: y: Gemm: transA = 1 would mix the images of a batch");
  EXPECT_EQ(gemm({2, 3}, {2, 3}, {1, 2, 3, 4, 5, 6}, {}).refusal(),
            "m.onnx: y: Gemm: constant 'c' (2x3) differs between the images of a batch (batch x 3)");
  EXPECT_EQ(gemm({3, 2}, {3}, {7, 8, 9}, {}).refusal(),
            "m.onnx: y: Gemm: constant 'c' (3) does not fit the tensor (batch x 2)");
  EXPECT_EQ(gemm({3, 2}, {2}, {7, 8}, {}).refusal(),
            "m.onnx: y: Gemm: the weights are for 3 features, the input is 2");
  EXPECT_EQ(gemm({6}, {1}, {7}, {}).refusal(), "m.onnx: y: Gemm: B must be a matrix, it is 6");
}

TEST(ImportMatMul, IsADenseLayerWithoutBias) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2})
      .output("y")
      .floats("b", {2, 3}, {1, 2, 3, 4, 5, 6})
      .node("MatMul", {"x", "b"}, {"y"});
  EXPECT_EQ(only_op<Dense>(builder.import()).weights, (Floats{1, 4, 2, 5, 3, 6}));
}

TEST(ImportMatMul, RefusesMoreThanOneVectorAnImage) {
  OnnxBuilder builder;
  builder.input("x", {-1, 5, 2}).output("y").filled("b", {2, 3}).node("MatMul", {"x", "b"}, {"y"});
  EXPECT_EQ(builder.refusal(), "m.onnx: y: MatMul: the weights are for 2 features, the input is 5x2");
}

OnnxBuilder softmax(const std::string& op, const Dims& image, std::int64_t opset,
                    const std::vector<OnnxAttribute>& attributes) {
  std::vector<std::int64_t> shape{-1};
  shape.insert(shape.end(), image.begin(), image.end());
  OnnxBuilder builder(opset);
  builder.input("x", shape).output("y").node(op, {"x"}, {"y"}, attributes);
  return builder;
}

TEST(ImportSoftmax, WorksOnOneAxisFromOpset13On) {
  EXPECT_EQ(only_op<Softmax>(softmax("Softmax", {4, 5, 6}, 13, {}).import()).axis, 2);
  EXPECT_EQ(only_op<Softmax>(softmax("Softmax", {4, 5, 6}, 13, {{"axis", 1}}).import()).axis, 0);
  EXPECT_FALSE(only_op<Softmax>(softmax("Softmax", {4}, 13, {}).import()).logarithm);
  EXPECT_TRUE(only_op<Softmax>(softmax("LogSoftmax", {4}, 13, {}).import()).logarithm);
}

TEST(ImportSoftmax, BeforeOpset13TheFollowingAxesMustBeOne) {
  EXPECT_EQ(only_op<Softmax>(softmax("Softmax", {10}, 11, {}).import()).axis, 0);
  EXPECT_EQ(only_op<Softmax>(softmax("Softmax", {10, 1, 1}, 11, {}).import()).axis, 0);
  EXPECT_EQ(only_op<Softmax>(softmax("Softmax", {1, 1, 10}, 11, {}).import()).axis, 2);
  EXPECT_EQ(only_op<Softmax>(softmax("Softmax", {4, 5, 6}, 11, {{"axis", 3}}).import()).axis, 2);
  EXPECT_EQ(
      softmax("Softmax", {4, 5, 6}, 11, {}).refusal(),
      "m.onnx: y: Softmax: before opset 13 it works on all axes from 1 on together, here batch x 4x5x6; "
      "export with opset 13 or later");
}

TEST(ImportSoftmax, RefusesTheBatchAxis) {
  EXPECT_EQ(softmax("LogSoftmax", {4}, 13, {{"axis", -2}}).refusal(),
            "m.onnx: y: LogSoftmax: axis -2 is the batch; images must stay apart");
}

}  // namespace
}  // namespace homolog::conversion::elements_test
