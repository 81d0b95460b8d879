// What exporters leave in a file: shapes put together by nodes, constants that are computed, channels taken
// apart.
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/onnx_builder.hpp"

namespace homolog::conversion::quirks_test {
namespace {

using test::OnnxBuilder;

onnx::TensorProto integer_scalar(std::int64_t value) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_int64_data(value);
  return tensor;
}

Dims output_dims(const FloatGraph& graph) {
  return graph.tensors.at(static_cast<std::size_t>(graph.outputs.front())).dims;
}

/// y = x.view(x.size(0), ...), as PyTorch traces it: `parts` make the concatenation's inputs behind the
/// batch.
OnnxBuilder traced_view(std::int64_t batch, const std::function<std::string(OnnxBuilder&)>& rest) {
  OnnxBuilder builder(13);
  builder.input("x", {batch, 2, 3, 4}).output("y");
  builder.node("Shape", {"x"}, {"shape"});
  builder.node("Constant", {}, {"zero"}, {{"value", integer_scalar(0)}});
  builder.node("Gather", {"shape", "zero"}, {"n"}, {{"axis", 0}});
  builder.integers("front", {0}).node("Unsqueeze", {"n", "front"}, {"n1"});
  const std::string behind = rest(builder);
  builder.node("Concat", {"n1", behind}, {"target"}, {{"axis", 0}}).node("Reshape", {"x", "target"}, {"y"});
  return builder;
}

TEST(ImportShape, OfTheBatchIsTheBatchWhateverItIs) {
  for (const std::int64_t batch : {std::int64_t{-1}, std::int64_t{1}, std::int64_t{5}}) {
    SCOPED_TRACE(batch);
    const OnnxBuilder builder = traced_view(batch, [](OnnxBuilder& b) {
      b.integers("minus_one", {-1});
      return "minus_one";
    });
    EXPECT_EQ(builder.refusal(), "");
    EXPECT_EQ(output_dims(builder.import()), (Dims{24}));
  }
}

TEST(ImportShape, CanBeReckonedWith) {
  // x.view(x.size(0), x.size(1) * x.size(2) * x.size(3) / 4 + 0, then 4 by -1
  const OnnxBuilder builder = traced_view(-1, [](OnnxBuilder& b) {
    b.integers("one", {1})
        .integers("two", {2})
        .integers("three", {3})
        .integers("four", {4})
        .integers("nil", {0});
    b.integers("max", {std::numeric_limits<std::int64_t>::max()});
    b.node("Gather", {"shape", "one"}, {"c"});
    b.node("Slice", {"shape", "two", "three"}, {"h"});
    b.node("Slice", {"shape", "three", "max"}, {"w"});
    b.node("Mul", {"c", "h"}, {"ch"}).node("Mul", {"ch", "w"}, {"chw"}).node("Div", {"chw", "four"}, {"q"});
    b.node("Add", {"q", "nil"}, {"q0"}).node("Sub", {"q0", "nil"}, {"q1"});
    b.node("Cast", {"q1"}, {"q2"}, {{"to", 7}})
        .node("Squeeze", {"q2"}, {"q3"})
        .node("Unsqueeze", {"q3", "nil"}, {"q4"});
    b.integers("rest", {-1}).node("Concat", {"q4", "rest"}, {"both"}, {{"axis", 0}});
    return "both";
  });
  EXPECT_EQ(builder.refusal(), "");
  EXPECT_EQ(output_dims(builder.import()), (Dims{6, 4}));
}

TEST(ImportShape, TakesStartAndEndFromOpset15On) {
  OnnxBuilder builder(15);
  builder.input("x", {-1, 6}).output("y").node("Shape", {"x"}, {"n"}, {{"start", 0}, {"end", 1}});
  builder.integers("rest", {2, -1}).node("Concat", {"n", "rest"}, {"to"}, {{"axis", 0}});
  builder.node("Reshape", {"x", "to"}, {"y"});
  EXPECT_EQ(output_dims(builder.import()), (Dims{2, 3}));
}

TEST(ImportShape, TheBatchIsNoNumber) {
  const OnnxBuilder product = traced_view(4, [](OnnxBuilder& b) {
    b.node("Mul", {"n1", "n1"}, {"square"});
    return "square";
  });
  EXPECT_EQ(
      product.refusal(),
      "m.onnx: square: Mul: 'n1' holds the batch extent; only the first extent of a Reshape's shape may "
      "depend on it");
  const OnnxBuilder second = traced_view(-1, [](OnnxBuilder&) { return "n1"; });
  EXPECT_EQ(second.refusal(),
            "m.onnx: y: Reshape: shape [batch, batch] for batch x 2x3x4: the batch must stay first");
}

TEST(ImportShape, ReckoningThatHasNoResultIsRefused) {
  const auto with = [](const char* operation, std::int64_t a, std::int64_t b) {
    return traced_view(-1,
                       [=](OnnxBuilder& builder) {
                         builder.integers("a", {a}).integers("b", {b}).node(operation, {"a", "b"}, {"c"});
                         return "c";
                       })
        .refusal();
  };
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(with("Div", 24, 0), "m.onnx: c: Div: has no result for 24 and 0");
  EXPECT_EQ(with("Div", kLowest, -1), "m.onnx: c: Div: has no result for -9223372036854775808 and -1");
  EXPECT_EQ(with("Mul", kLowest, 2), "m.onnx: c: Mul: has no result for -9223372036854775808 and 2");
  EXPECT_EQ(with("Sub", kLowest, 1), "m.onnx: c: Sub: has no result for -9223372036854775808 and 1");
  EXPECT_EQ(with("Add", 12, 12), "");
  const OnnxBuilder misfit = traced_view(-1, [](OnnxBuilder& b) {
    b.integers("two", {4, 6}).integers("three", {1, 2, 3}).node("Mul", {"two", "three"}, {"c"});
    return "c";
  });
  EXPECT_EQ(misfit.refusal(), "m.onnx: c: Mul: constants of 2 and 3 do not fit");
}

TEST(ImportShape, AChainOfConcatenationsCannotExhaustMemory) {
  OnnxBuilder builder;
  builder.input("x", {-1, 6}).output("y").integers("c0", {1, 1});
  for (int i = 0; i < 40; ++i) {
    const std::string from = "c" + std::to_string(i);
    builder.node("Concat", {from, from}, {"c" + std::to_string(i + 1)}, {{"axis", 0}});
  }
  builder.node("Reshape", {"x", "c40"}, {"y"});
  EXPECT_NE(builder.refusal().find("more than 16777216 parameters"), std::string::npos) << builder.refusal();
}

/// x [N, 3] times a constant of [2, 3] that nodes bring to [3, 2].
TEST(ImportTranspose, OfAWeightGivesTheWeight) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3}).output("y").floats("w", {2, 3}, {1, 2, 3, 4, 5, 6});
  builder.node("Transpose", {"w"}, {"wt"}, {{"perm", {1, 0}}}).node("MatMul", {"x", "wt"}, {"y"});
  EXPECT_EQ(std::get<Dense>(builder.import().nodes.at(0).op).weights, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(ImportTranspose, PermutesAConstantOfAnyRank) {
  // Weights [KH, KW, IC, OC] = [1, 2, 1, 3], as TensorFlow keeps them; element k is k.
  OnnxBuilder builder;
  builder.input("x", {-1, 1, 4, 4}).output("y").floats("w", {1, 2, 1, 3}, {0, 1, 2, 3, 4, 5});
  builder.node("Transpose", {"w"}, {"wt"}, {{"perm", {3, 2, 0, 1}}}).node("Conv", {"x", "wt"}, {"y"});
  EXPECT_EQ(std::get<Convolution>(builder.import().nodes.at(0).op).weights,
            (std::vector<float>{0, 3, 1, 4, 2, 5}));
  OnnxBuilder wrong;
  wrong.input("x", {-1, 3}).output("y").filled("w", {2, 3});
  wrong.node("Transpose", {"w"}, {"wt"}, {{"perm", {1, 1}}}).node("MatMul", {"x", "wt"}, {"y"});
  EXPECT_EQ(wrong.refusal(),
            "m.onnx: wt: Transpose: attribute 'perm' is not a permutation of the 2 axes of the constant");
}

TEST(ImportReshape, OfAWeightGivesTheWeight) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y").floats("w", {6}, {1, 2, 3, 4, 5, 6}).integers("to", {2, -1});
  builder.node("Reshape", {"w", "to"}, {"w2"}).node("MatMul", {"x", "w2"}, {"y"});
  EXPECT_EQ(std::get<Dense>(builder.import().nodes.at(0).op).weights, (std::vector<float>{1, 4, 2, 5, 3, 6}));
  OnnxBuilder wrong;
  wrong.input("x", {-1, 2}).output("y").filled("w", {6}).integers("to", {4, -1});
  wrong.node("Reshape", {"w", "to"}, {"w2"}).node("MatMul", {"x", "w2"}, {"y"});
  EXPECT_EQ(wrong.refusal(), "m.onnx: w2: Reshape: a constant of 6 cannot have the extents 4x1");
}

TEST(ImportClip, TakesBoundsThatWereCastFromIntegers) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y");
  builder.node("Constant", {}, {"i0"}, {{"value_int", 0}}).node("Cast", {"i0"}, {"low"}, {{"to", 1}});
  builder.node("Constant", {}, {"i6"}, {{"value_int", 6}}).node("Cast", {"i6"}, {"high"}, {{"to", 1}});
  builder.node("Clip", {"x", "low", "high"}, {"y"});
  const auto clip = std::get<Clip>(builder.import().nodes.at(0).op);
  EXPECT_EQ(clip.low, 0.0F);
  EXPECT_EQ(clip.high, 6.0F);
}

TEST(ImportCast, OfATensorToFloatIsNothing) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y").node("Relu", {"x"}, {"r"}).node("Cast", {"r"}, {"y"}, {{"to", 1}});
  EXPECT_EQ(builder.import().nodes.size(), 1U);
  OnnxBuilder half;
  half.input("x", {-1, 2}).output("y").node("Cast", {"x"}, {"y"}, {{"to", 10}});
  EXPECT_EQ(half.refusal(),
            "m.onnx: y: Cast: casts to element type 10; supported: tensors to FLOAT (1), integer constants "
            "to FLOAT, "
            "INT32 (6) or INT64 (7)");
}

/// Inception's transform_input: each channel by itself, scaled, shifted, joined again.
TEST(ImportGather, OfOneChannelIsASelectionWithoutViews) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3, 4, 5}).output("y").integers("axis", {1});
  builder.node("Constant", {}, {"two"}, {{"value_int", 2}});
  builder.node("Gather", {"x", "two"}, {"g"}, {{"axis", 1}}).node("Unsqueeze", {"g", "axis"}, {"u"});
  builder.node("Relu", {"u"}, {"y"});
  const FloatGraph graph = builder.import();
  const auto conv = std::get<Convolution>(graph.nodes.at(0).op);
  EXPECT_EQ(conv.weights, (std::vector<float>{0, 0, 1}));
  EXPECT_EQ(graph.tensors.at(static_cast<std::size_t>(graph.nodes.back().inputs.front())).name, "g_channel");
  EXPECT_EQ(output_dims(graph), (Dims{1, 4, 5}));
}

TEST(ImportSlice, OfChannelsIsASelection) {
  const auto slice = [](const std::vector<std::int64_t>& range, std::int64_t axis) {
    OnnxBuilder builder;
    builder.input("x", {-1, 5, 4, 4}).output("y").integers("from", {range[0]}).integers("to", {range[1]});
    builder.integers("axes", {axis}).integers("steps", {range[2]});
    builder.node("Slice", {"x", "from", "to", "axes", "steps"}, {"y"});
    return builder;
  };
  EXPECT_EQ(std::get<Convolution>(slice({1, 5, 3}, 1).import().nodes.at(0).op).weights,
            (std::vector<float>{0, 1, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(std::get<Convolution>(slice({-2, 1000, 1}, -3).import().nodes.at(0).op).weights,
            (std::vector<float>{0, 0, 0, 1, 0, 0, 0, 0, 0, 1}));
  EXPECT_TRUE(slice({0, 5, 1}, 1).import().nodes.empty());
  EXPECT_EQ(slice({3, 3, 1}, 1).refusal(), "m.onnx: y: Slice: selects no channel");
  EXPECT_EQ(slice({3, 0, -1}, 1).refusal(),
            "m.onnx: y: Slice: a step of -1 is not supported; steps must be at least 1");
  EXPECT_EQ(slice({0, 2, 1}, 2).refusal(),
            "m.onnx: y: Slice: only channels (axis 1) of [batch, C, H, W] can be taken, the input is batch x "
            "5x4x4");
}

TEST(ImportSlice, ASelectionOfManyChannelsIsLimitedBeforeItIsMade) {
  OnnxBuilder builder;
  builder.input("x", {-1, 1000000000, 1, 1}).output("y").integers("from", {1}).integers("to", {999999999});
  builder.integers("axes", {1}).node("Slice", {"x", "from", "to", "axes"}, {"y"});
  EXPECT_NE(builder.refusal().find("more than 16777216 parameters"), std::string::npos) << builder.refusal();
}

TEST(ImportSum, AddsAllItsInputs) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3}).output("y").node("Relu", {"x"}, {"r"}).node("Sum", {"x", "r", "x"}, {"y"});
  EXPECT_EQ(builder.import().nodes.back().inputs.size(), 3U);
  OnnxBuilder one;
  one.input("x", {-1, 3}).output("y").node("Sum", {"x"}, {"y"});
  EXPECT_TRUE(one.import().nodes.empty());
}

TEST(ImportGlobalMaxPool, IsAPoolWhoseWindowIsTheMap) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2, 5, 3}).output("y").node("GlobalMaxPool", {"x"}, {"y"});
  const auto pool = std::get<MaxPool>(builder.import().nodes.at(0).op);
  EXPECT_EQ(pool.window.kernel_h, 5);
  EXPECT_EQ(pool.window.kernel_w, 3);
}

/// The same network, written in the words of every opset.
TEST(ImportModel, OperatorsKeepTheirMeaningUpToTheLastOpset) {
  for (const std::int64_t opset : {13, 17, 18, 19, 20, 21, 22, 23, 24}) {
    SCOPED_TRACE(opset);
    OnnxBuilder builder(opset);
    builder.input("x", {-1, 2, 6, 6}).output("y").filled("w", {3, 2, 3, 3}, 0.5F).filled("one", {3});
    builder.filled("none", {3}, 0.0F)
        .filled("v", {4, 3}, 0.25F)
        .floats("low", {}, {0})
        .floats("high", {}, {6});
    builder.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1}).integers("to", {0, -1});
    builder.node("Pad", {"x", "pads"}, {"p"}).node("Conv", {"p", "w"}, {"c"});
    builder.node("BatchNormalization", {"c", "one", "none", "none", "one"}, {"b"});
    builder.node("Clip", {"b", "low", "high"}, {"r"});
    builder.node("MaxPool", {"r"}, {"m"}, {{"kernel_shape", {2, 2}}, {"strides", {2, 2}}});
    builder.node("AveragePool", {"m"}, {"a"},
                 {{"kernel_shape", {2, 2}}, {"pads", {1, 1, 1, 1}}, {"count_include_pad", 1}});
    builder.node("GlobalAveragePool", {"a"}, {"g"}).node("Reshape", {"g", "to"}, {"f"});
    builder.node("Dropout", {"f"}, {"d"}).node("Gemm", {"d", "v"}, {"z"}, {{"transB", 1}});
    builder.node("Softmax", {"z"}, {"y"});
    const FloatGraph graph = builder.import();
    EXPECT_EQ(graph.nodes.size(), 10U);  // all but Dropout
    EXPECT_EQ(output_dims(graph), (Dims{4}));
  }
}

}  // namespace
}  // namespace homolog::conversion::quirks_test
