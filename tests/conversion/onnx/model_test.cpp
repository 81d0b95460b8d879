// The file as a whole: what is not ONNX, names, order, types, declared shapes, limits.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "tests/support/onnx_builder.hpp"
#include "tests/support/paths.hpp"

namespace homolog::conversion::model_test {
namespace {

using test::OnnxBuilder;

OnnxBuilder relu(std::int64_t opset = 13) {
  OnnxBuilder builder(opset);
  builder.input("x", {-1, 3}).output("y").node("Relu", {"x"}, {"y"});
  return builder;
}

std::string refusal_of_bytes(const std::string& bytes) {
  try {
    (void)import_model(std::as_bytes(std::span(bytes.data(), bytes.size())), "m.onnx");
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::model);
    return e.what();
  }
  return "";
}

std::string refusal_of_file(const std::string& path) {
  try {
    (void)import_model(path);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::model);
    EXPECT_EQ(e.where().file, path);
    return e.message();
  }
  return "";
}

TEST(ImportModel, GarbageAndEmptyFilesGetOneLine) {
  const std::string line = "m.onnx: is not an ONNX file, or is truncated";
  EXPECT_EQ(refusal_of_bytes(""), line);
  EXPECT_EQ(refusal_of_bytes("hello"), line);
  EXPECT_EQ(refusal_of_bytes("version https://git-lfs.github.com/spec/v1\n"), line);
  EXPECT_EQ(refusal_of_bytes(std::string(1000, '\0')), line);
}

TEST(ImportModel, EveryTruncationIsRefused) {
  OnnxBuilder builder = relu();
  const std::string whole = builder.bytes();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    SCOPED_TRACE(length);
    EXPECT_NE(refusal_of_bytes(whole.substr(0, length)), "");
  }
}

TEST(ImportModel, FilesThatCannotBeReadAreNamed) {
  const std::string folder = test::fresh_folder("onnx_files");
  EXPECT_EQ(refusal_of_file(folder + "/none.onnx"), "cannot open the file");
  EXPECT_EQ(refusal_of_file(folder), "is a folder, must be an ONNX file");
  const std::string large = folder + "/large.onnx";
  std::ofstream(large).put('x');
  std::filesystem::resize_file(large, std::uintmax_t{1} << 31);  // sparse
  EXPECT_EQ(refusal_of_file(large),
            "is larger than 2 GB, the limit of an ONNX file; models with external data are not supported");
}

TEST(ImportModel, KeepsWhereTheGraphComesFrom) {
  const std::string path = test::fresh_folder("onnx_origin") + "/m.onnx";
  OnnxBuilder builder = relu(15);
  builder.model().set_producer_name("pytorch");
  builder.model().set_producer_version("2.1");
  std::ofstream(path, std::ios::binary) << builder.bytes();
  const FloatGraph graph = import_model(path);
  EXPECT_EQ(graph.file, path);
  EXPECT_EQ(graph.opset, 15);
  EXPECT_EQ(graph.producer, "pytorch 2.1");
  EXPECT_EQ(graph.sha256.size(), 64U);
}

TEST(ImportModel, OpsetsOutsideTheRangeAreRefused) {
  EXPECT_EQ(relu(7).refusal(), "");
  EXPECT_EQ(relu(24).refusal(), "");
  EXPECT_EQ(relu(6).refusal(), "m.onnx: uses opset 6; opsets 7 to 24 are supported");
  EXPECT_EQ(relu(25).refusal(), "m.onnx: uses opset 25; opsets 7 to 24 are supported");
  OnnxBuilder none = relu();
  none.model().clear_opset_import();
  EXPECT_EQ(none.refusal(), "m.onnx: names no opset of the default domain; opsets 7 to 24 are supported");
  OnnxBuilder two = relu();
  two.model().add_opset_import()->set_version(12);
  EXPECT_EQ(two.refusal(), "m.onnx: names two opsets of the default domain, 13 and 12");
}

TEST(ImportModel, UnknownOperatorsAreNamedWithWhatIsSupported) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3}).output("y").node("Relu6", {"x"}, {"y"});
  builder.graph().mutable_node(0)->set_name("act");
  EXPECT_EQ(
      builder.refusal(),
      "m.onnx: act: Relu6: this operator is not supported; did you mean Relu? (supported: Add, AveragePool, "
      "BatchNormalization, Cast, Clip, Concat, Constant, Conv, Div, Dropout, Flatten, Gather, Gemm, "
      "GlobalAveragePool, GlobalMaxPool, Identity, LogSoftmax, MatMul, MaxPool, Mul, Pad, ReduceMean, Relu, "
      "Reshape, Shape, Slice, Softmax, Squeeze, Sub, Sum, Transpose, Unsqueeze)");
  builder.graph().mutable_node(0)->set_op_type("Relu");
  builder.graph().mutable_node(0)->set_domain("com.microsoft");
  EXPECT_EQ(builder.refusal().substr(0, 70),
            "m.onnx: act: com.microsoft.Relu: this operator is not supported; did y");
  builder.graph().mutable_node(0)->set_domain("ai.onnx");
  EXPECT_EQ(builder.refusal(), "");
}

TEST(ImportModel, ListsEverySupportedOperatorOnce) {
  const auto infos = supported_operators();
  EXPECT_EQ(infos.size(), 32U);
  EXPECT_EQ(infos.front().name, "Add");
  EXPECT_EQ(infos.front().opsets, "opset 7-24");
}

TEST(ImportModel, InputsAndAttributesThatAnOperatorDoesNotHaveAreRefused) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3}).output("y").filled("w", {1}).node("Relu", {"x", "w"}, {"y"});
  EXPECT_EQ(builder.refusal(), "m.onnx: y: Relu: input 1 ('w') is not understood in this opset");
}

TEST(ImportModel, NodesMustBeInTopologicalOrder) {
  OnnxBuilder builder;
  builder.input("x", {-1, 3}).output("y").node("Relu", {"r"}, {"y"}).node("Relu", {"x"}, {"r"});
  EXPECT_EQ(
      builder.refusal(),
      "m.onnx: y: Relu: input 'r' is written by this or a later node; nodes must be in topological order, "
      "without cycles");
  OnnxBuilder cycle;
  cycle.input("x", {-1, 3}).output("y").node("Add", {"x", "y"}, {"y"});
  EXPECT_EQ(
      cycle.refusal(),
      "m.onnx: y: Add: input 'y' is written by this or a later node; nodes must be in topological order, "
      "without cycles");
  OnnxBuilder missing;
  missing.input("x", {-1, 3}).output("y").node("Relu", {"z"}, {"y"});
  EXPECT_EQ(missing.refusal(),
            "m.onnx: y: Relu: input 'z' does not exist: no input, initializer or node has this name");
}

TEST(ImportModel, NamesMustBeUniqueAndPrintable) {
  EXPECT_EQ(relu().node("Relu", {"x"}, {"y"}).refusal(), "m.onnx: 'y' is defined twice");
  EXPECT_EQ(relu().filled("y", {1}).refusal(), "m.onnx: 'y' is defined twice");
  EXPECT_EQ(relu().node("Relu", {"x"}, {"a\nb"}).refusal(),
            "m.onnx: a value has the name 'a?b'; names must be printable UTF-8 and not empty");
  EXPECT_EQ(relu().node("Relu", {"x"}, {"\xC3\xA4 \xE2\x88\x91"}).refusal(), "");
  EXPECT_EQ(relu().node("Relu", {"x"}, {"\xC3("}).refusal(),
            "m.onnx: a value has the name '?('; names must be printable UTF-8 and not empty");
  OnnxBuilder collision;
  collision.input("x", {-1, 3}).output("y").node("Relu", {"x"}, {"a/b"}).node("Relu", {"a/b"}, {"a.b"});
  collision.node("Relu", {"a.b"}, {"y"});
  EXPECT_EQ(collision.refusal(), "m.onnx: two tensors are called 'a.b' ('/' counts as '.'); rename one");
}

TEST(ImportModel, WhatTheOutputsDoNotNeedIsLeftOut) {
  OnnxBuilder builder = relu();
  builder.node("LSTM", {"x", "nothing"}, {"unused"});
  builder.input("ids", {-1, 7});
  builder.graph().mutable_input(1)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx::TensorProto::INT64);
  const FloatGraph graph = builder.import();
  EXPECT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.inputs.size(), 1U);
}

TEST(ImportModel, InitializersMayBeListedAsInputs) {
  OnnxBuilder builder;
  builder.input("w", {3, 2})
      .input("x", {-1, 3})
      .output("y")
      .filled("w", {3, 2})
      .node("MatMul", {"x", "w"}, {"y"});
  const FloatGraph graph = builder.import();
  EXPECT_EQ(graph.inputs.size(), 1U);
  EXPECT_EQ(graph.tensors.at(static_cast<std::size_t>(graph.inputs.front())).name, "x");
}

TEST(ImportModel, InputsHaveTheFilesOrderAndAnyRank) {
  OnnxBuilder builder;
  builder.input("a", {-1}).input("b", {-1}).output("y").node("Add", {"b", "a"}, {"y"});
  const FloatGraph graph = builder.import();
  ASSERT_EQ(graph.inputs.size(), 2U);
  EXPECT_EQ(graph.tensors.at(static_cast<std::size_t>(graph.inputs[0])).name, "a");
  EXPECT_EQ(graph.tensors.at(static_cast<std::size_t>(graph.inputs[1])).name, "b");
  EXPECT_EQ(graph.tensors.front().dims, Dims{});
}

TEST(ImportModel, InputsNeedFloatsAndKnownExtents) {
  EXPECT_EQ(
      OnnxBuilder().input("x", {-1, 3, -1}).output("y").node("Relu", {"x"}, {"y"}).refusal(),
      "m.onnx: y: Relu: extent 2 of input 'x' is not a number ('N'); only the batch (axis 0) may be open: "
      "export with a fixed image size");
  EXPECT_EQ(OnnxBuilder().input("x", {-1, 0}).output("y").node("Relu", {"x"}, {"y"}).refusal(),
            "m.onnx: y: Relu: extent 1 of input 'x' is 0, must be at least 1");
  EXPECT_EQ(OnnxBuilder().input("x", {}).output("y").node("Relu", {"x"}, {"y"}).refusal(),
            "m.onnx: y: Relu: input 'x' has no axes; the first must be the batch");
  EXPECT_EQ(OnnxBuilder()
                .input("a", {2, 3})
                .input("b", {4, 3})
                .output("y")
                .node("Add", {"a", "b"}, {"y"})
                .refusal(),
            "m.onnx: y: Add: input 'b' has a batch (axis 0) of 4, another input has 2");
  OnnxBuilder builder = relu();
  builder.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx::TensorProto::DOUBLE);
  EXPECT_EQ(builder.refusal(),
            "m.onnx: y: Relu: input 'x' has element type DOUBLE; only FLOAT (float32) is supported");
}

TEST(ImportModel, DeclaredOutputsMustFit) {
  const auto declared = [](const std::vector<std::int64_t>& shape) {
    OnnxBuilder builder;
    builder.input("x", {-1, 3}).output("y", shape).node("Relu", {"x"}, {"y"});
    return builder.refusal();
  };
  EXPECT_EQ(declared({-1, 3}), "");
  EXPECT_EQ(declared({1, -1}), "");
  EXPECT_EQ(declared({-1, 4}), "m.onnx: output 'y' is declared as ?x4, the operators give batch x 3");
  EXPECT_EQ(declared({-1, 3, 1}), "m.onnx: output 'y' is declared as ?x3x1, the operators give batch x 3");
}

TEST(ImportModel, OutputsMustBeComputed) {
  EXPECT_EQ(OnnxBuilder().input("x", {-1, 3}).refusal(), "m.onnx: the graph has no output");
  EXPECT_EQ(relu().output("z").refusal(), "m.onnx: output 'z' is not computed by any node");
  EXPECT_EQ(relu().filled("w", {1}).output("w").refusal(), "m.onnx: output 'w' is a constant");
}

/// y = x [N, 2] times w, whose tensor the caller changes.
OnnxBuilder with_weights(const std::function<void(onnx::TensorProto&)>& change) {
  OnnxBuilder builder;
  builder.input("x", {-1, 2}).output("y").floats("w", {2, 2}, {1, 2, 3, 4}).node("MatMul", {"x", "w"}, {"y"});
  builder.graph().mutable_node(0)->set_name("fc");
  change(*builder.graph().mutable_initializer(0));
  return builder;
}

TEST(ImportModel, WeightsMayBeRawBytes) {
  const float values[] = {1, 2, 3, 4};
  const auto raw = [&](onnx::TensorProto& w) {
    w.clear_float_data();
    w.set_raw_data(values, sizeof(values));
  };
  EXPECT_EQ(std::get<Dense>(with_weights(raw).import().nodes.at(0).op).weights,
            (std::vector<float>{1, 3, 2, 4}));
}

TEST(ImportModel, WeightsMustBeFiniteFloatsInTheFile) {
  EXPECT_EQ(
      with_weights([](auto& w) { w.set_float_data(2, std::numeric_limits<float>::quiet_NaN()); }).refusal(),
      "m.onnx: fc: MatMul: value 2 of 'w' is NaN; all must be finite");
  EXPECT_EQ(
      with_weights([](auto& w) { w.set_float_data(0, -std::numeric_limits<float>::infinity()); }).refusal(),
      "m.onnx: fc: MatMul: value 0 of 'w' is infinite; all must be finite");
  EXPECT_EQ(with_weights([](auto& w) { w.set_data_type(onnx::TensorProto::DOUBLE); }).refusal(),
            "m.onnx: fc: MatMul: 'w' has element type DOUBLE; only FLOAT (float32) is supported here");
  EXPECT_EQ(with_weights([](auto& w) { w.set_data_type(onnx::TensorProto::FLOAT16); }).refusal(),
            "m.onnx: fc: MatMul: 'w' has element type FLOAT16; only FLOAT (float32) is supported here");
  EXPECT_EQ(
      with_weights([](auto& w) { w.set_data_location(onnx::TensorProto::EXTERNAL); }).refusal(),
      "m.onnx: fc: MatMul: the values of 'w' are stored outside the file (external data); save the model as "
      "one file");
  EXPECT_EQ(with_weights([](auto& w) { w.mutable_float_data()->RemoveLast(); }).refusal(),
            "m.onnx: fc: MatMul: 'w' should have 4 values (2x2), the file holds another number");
  EXPECT_EQ(with_weights([](auto& w) { w.set_dims(0, std::int64_t{1} << 62); }).refusal(),
            "m.onnx: fc: MatMul: 'w' has impossible extents 4611686018427387904x2");
  EXPECT_EQ(with_weights([](auto& w) { w.set_dims(0, -2); }).refusal(),
            "m.onnx: fc: MatMul: 'w' has impossible extents -2x2");
  EXPECT_EQ(with_weights([](auto& w) { w.mutable_segment(); }).refusal(),
            "m.onnx: fc: MatMul: 'w' is stored in segments, which is not supported");
}

TEST(ImportModel, SizesAreLimitedBeforeAnythingIsAllocated) {
  EXPECT_EQ(
      OnnxBuilder().input("x", {-1, 1048576, 4096}).output("y").node("Relu", {"x"}, {"y"}).refusal(),
      "m.onnx: y: Relu: 'x' (batch x 1048576x4096) has more than 2147483647 elements per image or 8 axes");
  EXPECT_EQ(OnnxBuilder()
                .input("x", {-1, 1073741824})
                .output("y")
                .node("Relu", {"x"}, {"r"})
                .node("Relu", {"r"}, {"y"})
                .refusal(),
            "m.onnx: r: Relu: all tensors of one image together have more than 2147483647 elements");
}

TEST(ImportModel, ASmallFileCannotAskForManyParameters) {
  // A constant along W, made full size (2^23 values) again and again.
  OnnxBuilder builder;
  builder.input("x", {-1, 16384, 2, 256}).output("y3").filled("c", {256});
  builder.node("Mul", {"x", "c"}, {"y1"}).node("Mul", {"y1", "c"}, {"y2"}).node("Mul", {"y2", "c"}, {"y3"});
  EXPECT_EQ(
      builder.refusal(),
      "m.onnx: y3: Mul: constants repeated by broadcasting make more than 16777216 parameters; use constants "
      "per tensor or per channel");
}

TEST(ImportModel, ReadsTheNormalisationOfTheMetadata) {
  const auto with = [](const char* key, const char* value) {
    OnnxBuilder builder = relu();
    auto& property = *builder.model().add_metadata_props();
    property.set_key(key);
    property.set_value(value);
    return builder;
  };
  EXPECT_EQ(with("input_mean", "0.5, -1,2e-1").import().input_mean, (std::vector<float>{0.5F, -1.0F, 0.2F}));
  EXPECT_EQ(with("input_std", "1,2,3").import().input_std, (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(with("author", "me").refusal(), "");
  EXPECT_EQ(with("input_mean", "0.5,,1").refusal(),
            "m.onnx: metadata input_mean holds '', must be numbers separated by commas");
  EXPECT_EQ(with("input_mean", "a").refusal(),
            "m.onnx: metadata input_mean holds 'a', must be numbers separated by commas");
  EXPECT_EQ(with("input_mean", "1").refusal(),
            "m.onnx: input_mean has 1 numbers for an input of 3; one per channel is needed");
  EXPECT_EQ(with("input_std", "1,0,1").refusal(), "m.onnx: input_std must be > 0");
}

}  // namespace
}  // namespace homolog::conversion::model_test
