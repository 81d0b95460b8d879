// Operators that move or rename values: reshapes, concatenation, identities, constants.
#include <gtest/gtest.h>

#include "tests/support/onnx_builder.hpp"

namespace homolog::conversion::views_test {
namespace {

using test::OnnxAttribute;
using test::OnnxBuilder;

OnnxBuilder one(const std::string& op, const std::vector<std::int64_t>& shape,
                const std::vector<OnnxAttribute>& attributes, std::int64_t opset = 13) {
  OnnxBuilder builder(opset);
  builder.input("x", shape).output("y").node(op, {"x"}, {"y"}, attributes);
  return builder;
}

/// The second input is a constant of integers.
OnnxBuilder with_integers(const std::string& op, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& values, std::int64_t opset = 13,
                          const std::vector<OnnxAttribute>& attributes = {}) {
  OnnxBuilder builder(opset);
  builder.input("x", shape).output("y").integers("c", values).node(op, {"x", "c"}, {"y"}, attributes);
  return builder;
}

Dims view_dims(const OnnxBuilder& builder) {
  const FloatGraph graph = builder.import();
  EXPECT_TRUE(std::holds_alternative<View>(graph.nodes.at(0).op));
  return graph.tensors.at(static_cast<std::size_t>(graph.outputs.front())).dims;
}

TEST(ImportFlatten, KeepsTheBatch) {
  EXPECT_EQ(view_dims(one("Flatten", {-1, 2, 3, 4}, {})), (Dims{24}));
  EXPECT_EQ(view_dims(one("Flatten", {-1, 2, 3, 4}, {{"axis", -3}})), (Dims{24}));
  EXPECT_EQ(view_dims(one("Flatten", {-1, 1, 3, 4}, {{"axis", 2}})), (Dims{12}));
  EXPECT_EQ(view_dims(one("Flatten", {1, 2, 3}, {{"axis", 0}})), (Dims{6}));  // [1, 1 * 6]
  EXPECT_EQ(one("Flatten", {-1, 2, 3}, {{"axis", 0}}).refusal(),
            "m.onnx: y: Flatten: axis 0 would join the batch with other axes of batch x 2x3; use axis 1");
  EXPECT_EQ(one("Flatten", {-1, 2, 3}, {{"axis", 2}}).refusal(),
            "m.onnx: y: Flatten: axis 2 would join the batch with other axes of batch x 2x3; use axis 1");
  EXPECT_EQ(one("Flatten", {-1, 2, 3}, {{"axis", 4}}).refusal(),
            "m.onnx: y: Flatten: axis 4 does not exist; the tensor has 3 axes with the batch");
}

TEST(ImportReshape, TakesZeroAndMinusOne) {
  EXPECT_EQ(view_dims(with_integers("Reshape", {-1, 2, 3, 4}, {0, -1})), (Dims{24}));
  EXPECT_EQ(view_dims(with_integers("Reshape", {-1, 2, 3, 4}, {-1, 24})), (Dims{24}));
  EXPECT_EQ(view_dims(with_integers("Reshape", {-1, 2, 3, 4}, {0, 0, -1})), (Dims{2, 12}));
  EXPECT_EQ(view_dims(with_integers("Reshape", {-1, 24}, {-1, 2, 3, 4})), (Dims{2, 3, 4}));
  EXPECT_EQ(view_dims(with_integers("Reshape", {-1}, {0, -1})), (Dims{1}));
}

TEST(ImportReshape, TakesTheFixedBatchOfTheInput) {
  EXPECT_EQ(view_dims(with_integers("Reshape", {1, 2, 3}, {1, 6})), (Dims{6}));
  EXPECT_EQ(view_dims(with_integers("Reshape", {4, 2, 3}, {4, -1})), (Dims{6}));
  EXPECT_EQ(with_integers("Reshape", {-1, 2, 3}, {1, 6}).refusal(),
            "m.onnx: y: Reshape: shape [1, 6] for batch x 2x3: the first extent must be the batch: 0, -1");
  EXPECT_EQ(
      with_integers("Reshape", {4, 2, 3}, {1, 24}).refusal(),
      "m.onnx: y: Reshape: shape [1, 24] for batch x 2x3: the first extent must be the batch: 0, -1 or 4");
}

TEST(ImportReshape, RefusesToMixImages) {
  EXPECT_EQ(with_integers("Reshape", {-1, 2, 3}, {-1, 3}).refusal(),
            "m.onnx: y: Reshape: shape [-1, 3] for batch x 2x3: the extents behind the batch must hold one "
            "image, 6 "
            "elements");
  EXPECT_EQ(with_integers("Reshape", {-1, 2, 3}, {0, 4, -1}).refusal(),
            "m.onnx: y: Reshape: shape [0, 4, -1] for batch x 2x3: the extents behind the batch must hold "
            "one image, "
            "6 elements");
  EXPECT_EQ(
      with_integers("Reshape", {-1, 2, 3}, {0, std::int64_t{1} << 60}).refusal(),
      "m.onnx: y: Reshape: shape [0, 1152921504606846976] for batch x 2x3: the extents behind the batch must "
      "hold one image, 6 elements");
  EXPECT_EQ(with_integers("Reshape", {-1, 2, 3}, {-1, -1}).refusal(),
            "m.onnx: y: Reshape: shape [-1, -1] for batch x 2x3: -1 may stand once only");
  EXPECT_EQ(
      with_integers("Reshape", {-1, 2}, {0, 0, 0}).refusal(),
      "m.onnx: y: Reshape: shape [0, 0, 0] for batch x 2: 0 copies an axis that the input does not have");
  EXPECT_EQ(with_integers("Reshape", {-1, 2, 3}, {}).refusal(),
            "m.onnx: y: Reshape: shape [] for batch x 2x3: the batch axis would be lost");
  EXPECT_EQ(with_integers("Reshape", {-1, 6}, {0, -2, -3}).refusal(),
            "m.onnx: y: Reshape: shape [0, -2, -3] for batch x 6: every extent must be at least 1");
}

TEST(ImportReshape, AllowzeroMeansAnExtentOfZero) {
  EXPECT_EQ(view_dims(with_integers("Reshape", {-1, 6}, {-1, 2, 3}, 14, {{"allowzero", 1}})), (Dims{2, 3}));
  EXPECT_EQ(with_integers("Reshape", {-1, 6}, {-1, 0}, 14, {{"allowzero", 1}}).refusal(),
            "m.onnx: y: Reshape: shape [-1, 0] for batch x 6: every extent must be at least 1");
  EXPECT_EQ(with_integers("Reshape", {-1, 6}, {0, 6}, 14, {{"allowzero", 1}}).refusal(),
            "m.onnx: y: Reshape: shape [0, 6] for batch x 6: the first extent must be the batch: 0, -1");
}

TEST(ImportReshape, RefusesAComputedShape) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2, 3}).input("shape", {2}).output("y").node("Reshape", {"x", "shape"}, {"y"});
  EXPECT_EQ(builder.refusal(),
            "m.onnx: y: Reshape: input 1 (shape, 'shape') is computed, must be a constant (an initializer)");
}

TEST(ImportSqueeze, TakesAxesAsAttributeThenAsInput) {
  EXPECT_EQ(view_dims(one("Squeeze", {-1, 5, 1, 1}, {{"axes", {2, 3}}}, 11)), (Dims{5}));
  EXPECT_EQ(view_dims(with_integers("Squeeze", {-1, 5, 1, 1}, {-1})), (Dims{5, 1}));
  EXPECT_EQ(view_dims(one("Squeeze", {2, 5, 1, 1}, {})), (Dims{5}));
  EXPECT_EQ(
      one("Squeeze", {-1, 5, 1, 1}, {}).refusal(),
      "m.onnx: y: Squeeze: without axes it would remove the batch axis of a batch of one; give the axes");
  EXPECT_EQ(with_integers("Squeeze", {-1, 5, 1, 1}, {1}).refusal(),
            "m.onnx: y: Squeeze: axis 1 has extent 5, must be 1");
  EXPECT_EQ(with_integers("Squeeze", {-1, 5, 1, 1}, {0}).refusal(),
            "m.onnx: y: Squeeze: axis 0 is the batch; images must stay apart");
}

TEST(ImportUnsqueeze, CountsAxesInTheResult) {
  EXPECT_EQ(view_dims(one("Unsqueeze", {-1, 5}, {{"axes", {2, 3}}}, 11)), (Dims{5, 1, 1}));
  EXPECT_EQ(view_dims(with_integers("Unsqueeze", {-1, 5}, {-1, 1})), (Dims{1, 5, 1}));
  EXPECT_EQ(with_integers("Unsqueeze", {-1, 5}, {0}).refusal(),
            "m.onnx: y: Unsqueeze: axis 0 is the batch; images must stay apart");
  EXPECT_EQ(with_integers("Unsqueeze", {-1, 5}, {1, 1}).refusal(),
            "m.onnx: y: Unsqueeze: axis 1 is given twice");
  EXPECT_EQ(with_integers("Unsqueeze", {-1, 5}, {1, 2, 3, 4, 5, 6, 7, 8}).refusal(),
            "m.onnx: y: Unsqueeze: 'y' (batch x 1x1x1x1x1x1x1x1x5) has more than 2147483647 elements per "
            "image or 8 "
            "axes");
}

TEST(ImportTranspose, IsAViewWhenOnlyOnesMove) {
  EXPECT_EQ(view_dims(one("Transpose", {-1, 1, 3, 4}, {{"perm", {0, 2, 3, 1}}})), (Dims{3, 4, 1}));
  EXPECT_EQ(view_dims(one("Transpose", {-1, 5, 1, 1}, {{"perm", {0, 2, 3, 1}}})), (Dims{1, 1, 5}));
  EXPECT_EQ(
      one("Transpose", {-1, 2, 3, 4}, {{"perm", {0, 2, 3, 1}}}).refusal(),
      "m.onnx: y: Transpose: would reorder the elements of batch x 2x3x4; only axes of extent 1 may move");
  EXPECT_EQ(one("Transpose", {-1, 2}, {}).refusal(), "m.onnx: y: Transpose: would move the batch axis");
  EXPECT_EQ(one("Transpose", {-1, 2, 3}, {{"perm", {0, 2, 2}}}).refusal(),
            "m.onnx: y: Transpose: attribute 'perm' is not a permutation");
  EXPECT_EQ(one("Transpose", {-1, 2, 3}, {{"perm", {0, 1}}}).refusal(),
            "m.onnx: y: Transpose: attribute 'perm' has 2 axes, the tensor has 3");
}

OnnxBuilder concat(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b, int axis) {
  OnnxBuilder builder;
  builder.input("a", a).input("b", b).output("y").node("Concat", {"a", "b"}, {"y"}, {{"axis", axis}});
  return builder;
}

TEST(ImportConcat, JoinsAnyAxisButTheBatch) {
  const auto dims = [](const OnnxBuilder& builder) {
    const FloatGraph graph = builder.import();
    return graph.tensors.at(static_cast<std::size_t>(graph.outputs.front())).dims;
  };
  EXPECT_EQ(dims(concat({-1, 2, 3, 3}, {-1, 5, 3, 3}, 1)), (Dims{7, 3, 3}));
  EXPECT_EQ(dims(concat({-1, 2, 3, 3}, {-1, 2, 3, 4}, -1)), (Dims{2, 3, 7}));
  EXPECT_EQ(concat({-1, 2}, {-1, 2}, 0).refusal(),
            "m.onnx: y: Concat: axis 0 is the batch; images must stay apart");
  EXPECT_EQ(concat({-1, 2, 3}, {-1, 2, 4}, 1).refusal(),
            "m.onnx: y: Concat: cannot join 2x3 and 2x4 along axis 0 of the image");
  EXPECT_EQ(one("Concat", {-1, 2}, {}).refusal(), "m.onnx: y: Concat: attribute 'axis' is missing");
}

TEST(ImportIdentity, IsAnAliasOfItsInput) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3}).output("y").node("Relu", {"x"}, {"r"}).node("Identity", {"r"}, {"y"});
  const FloatGraph graph = builder.import();
  EXPECT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(find_tensor(graph, "y"), find_tensor(graph, "r"));
  EXPECT_EQ(graph.outputs, (std::vector<TensorId>{1}));
}

TEST(ImportIdentity, PassesConstantsOn) {
  OnnxBuilder builder;
  builder.input("x", {-1, 1}).output("y").filled("w", {1, 2}).node("Identity", {"w"}, {"shared"});
  builder.node("MatMul", {"x", "shared"}, {"y"});
  EXPECT_EQ(builder.refusal(), "");
}

OnnxBuilder dropout(std::int64_t opset, bool training) {
  OnnxBuilder builder(opset);
  builder.input("x", {-1, 3}).output("y").floats("ratio", {}, {0.5F});
  onnx::TensorProto& mode = *builder.graph().add_initializer();
  mode.set_name("training");
  mode.set_data_type(onnx::TensorProto::BOOL);
  mode.add_int32_data(training ? 1 : 0);
  builder.node("Dropout", {"x", "ratio", "training"}, {"y", "mask"}, {{"seed", 3}});
  return builder;
}

TEST(ImportDropout, IsRemovedInInference) {
  EXPECT_TRUE(dropout(13, false).import().nodes.empty());
  EXPECT_TRUE(one("Dropout", {-1, 3}, {{"ratio", 0.5F}}, 10).import().nodes.empty());
}

TEST(ImportDropout, RefusesTrainingAndTheMask) {
  EXPECT_EQ(dropout(13, true).refusal(),
            "m.onnx: y: Dropout: training_mode is true; export the model for inference (model.eval())");
  EXPECT_EQ(dropout(13, false).output("mask").refusal(),
            "m.onnx: y: Dropout: output 1 ('mask') is used; only the first output is supported");
}

OnnxBuilder plus_constant(const std::vector<OnnxAttribute>& attributes) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y").node("Constant", {}, {"c"}, attributes);
  builder.node("Add", {"x", "c"}, {"y"});
  return builder;
}

TEST(ImportConstant, TakesNumbersAndTensors) {
  const auto shift = [](const std::vector<OnnxAttribute>& attributes) {
    return std::get<Affine>(plus_constant(attributes).import().nodes.at(0).op).shift;
  };
  EXPECT_EQ(shift({{"value_float", 2.0F}}), std::vector<float>{2});
  EXPECT_EQ(shift({{"value_floats", std::vector<float>{2, 3}}}), (std::vector<float>{2, 3}));
  EXPECT_EQ(shift({{"value", test::float_tensor("", {2}, {2, 3})}}), (std::vector<float>{2, 3}));
  OnnxBuilder axes;
  axes.input("x", {-1, 2})
      .output("y")
      .node("Constant", {}, {"c"}, {{"value_ints", std::vector<std::int64_t>{1}}});
  axes.node("Unsqueeze", {"x", "c"}, {"y"});
  EXPECT_EQ(view_dims(axes), (Dims{1, 2}));
}

TEST(ImportConstant, RefusesOtherKinds) {
  EXPECT_EQ(plus_constant({{"value_string", "a"}}).refusal(),
            "m.onnx: c: Constant: attribute 'value_string' is not understood in this opset");
  EXPECT_EQ(plus_constant({{"value_int", 1}}).refusal(),
            "m.onnx: y: Add: 'c' has element type INT64; only FLOAT (float32) is supported here");
  EXPECT_EQ(plus_constant({}).refusal(), "m.onnx: c: Constant: has 0 attributes, must have one: the value");
}

}  // namespace
}  // namespace homolog::conversion::views_test
