// Graphs that import but have no spiking twin are refused by node, operator and reason, and said what would
// be right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conversion/spiking/convert.hpp"
#include "tests/support/onnx_builder.hpp"

namespace homolog::conversion::refusals_test {
namespace {

using test::OnnxAttribute;
using test::OnnxBuilder;

struct Step {
  const char* operation;
  std::vector<std::string> inputs;
  const char* output;
  std::vector<OnnxAttribute> attributes{};
};

/// x [N,3,8,8] through these nodes, each named after its output; "y" is the network's output.
std::string refusal_of(const std::vector<Step>& steps) {
  OnnxBuilder builder(17);
  builder.input("x", {-1, 3, 8, 8})
      .output("y")
      .filled("w", {4, 3, 3, 3}, 0.1F)
      .filled("v", {2, 4, 1, 1}, 0.1F);
  builder.floats("minus", {}, {-1})
      .floats("zero", {}, {0})
      .floats("six", {}, {6})
      .filled("negative", {1}, -1.0F);
  for (const Step& step : steps) {
    builder.node(step.operation, step.inputs, {step.output}, step.attributes);
  }
  const FloatGraph graph = builder.import();
  std::vector<Scale> scales;
  for (const TensorId id : scaled_tensors(graph)) {
    const Dims& dims = graph.tensors[static_cast<std::size_t>(id)].dims;
    scales.push_back({id, std::vector<float>(static_cast<std::size_t>(dims[0]), 1.0F)});
  }
  try {
    (void)convert(graph, scales, {});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "";
}

const Step kConv{"Conv", {"x", "w"}, "c"};
const std::vector<OnnxAttribute> kPool{{"kernel_shape", {2, 2}}, {"strides", {2, 2}}};
const char* kMax = "supported: max pooling behind a ReLU, or directly before one";

struct Refused {
  std::vector<Step> steps;
  const char* node;  ///< as the message begins, behind the file
  const char* reason;
  const char* supported;
};

TEST(ConversionRefusals, NameNodeOperatorReasonAndWhatIsSupported) {
  const std::vector<Refused> table{
      {{kConv, {"MaxPool", {"c"}, "m", kPool}, {"Conv", {"m", "v"}, "y"}},
       "node 'y' (Conv)",
       "max pooling of values that may be negative",
       kMax},
      {{kConv, {"MaxPool", {"c"}, "m", kPool}, {"Add", {"m", "m"}, "y"}},
       "node 'y' (Add)",
       "max pooling of values that may be negative",
       kMax},
      {{kConv, {"MaxPool", {"c"}, "y", kPool}},
       "node 'y' (MaxPool)",
       "the network ends in a max pooling of values that may be negative",
       kMax},
      {{kConv, {"MaxPool", {"c"}, "m", kPool}, {"Mul", {"m", "negative"}, "n"}, {"Relu", {"n"}, "y"}},
       "node 'n' (Mul)",
       "scales a max pooling of values that may be negative by a factor <= 0",
       "a positive factor, or max pooling behind the ReLU"},
      {{{"MaxPool", {"x"}, "m", kPool}, {"Conv", {"m", "w"}, "y"}},
       "node 'y' (Conv)",
       "max pooling of values that may be negative",
       kMax},
      {{kConv, {"Clip", {"c", "minus", "six"}, "y"}},
       "node 'y' (Clip)",
       "clips to [-1.000000, 6.000000]",
       "supported in a spiking network: [0, positive], as ReLU6"},
      {{kConv, {"Clip", {"c", "", "six"}, "y"}},
       "node 'y' (Clip)",
       "clips to [-inf, 6.000000]",
       "[0, positive]"},
      {{kConv, {"Relu", {"c"}, "r"}, {"Concat", {"r", "r"}, "y", {{"axis", 2}}}},
       "node 'y' (Concat)",
       "concatenates along axis 2",
       "supported in a spiking network: axis 1 (channels)"},
      {{kConv, {"Softmax", {"c"}, "s", {{"axis", 1}}}, {"Relu", {"s"}, "y"}},
       "node 's' (Softmax)",
       "a softmax inside the network",
       "supported: at its end"},
  };
  for (const Refused& refused : table) {
    const std::string message = refusal_of(refused.steps);
    SCOPED_TRACE(message);
    EXPECT_EQ(message.rfind("m.onnx: " + std::string(refused.node) + ": ", 0), 0U) << refused.node;
    EXPECT_THAT(message, testing::HasSubstr(refused.reason));
    EXPECT_THAT(message, testing::HasSubstr(refused.supported));
  }
}

TEST(ConversionRefusals, WhatLooksAlikeButCanBeConvertedIsNotRefused) {
  // Two ReLUs behind one max pooling of a convolution; a convolution that is pooled both ways.
  EXPECT_EQ(refusal_of({kConv,
                        {"MaxPool", {"c"}, "m", kPool},
                        {"Relu", {"m"}, "a"},
                        {"Clip", {"m", "zero", "six"}, "b"},
                        {"Add", {"a", "b"}, "y"}}),
            "");
  EXPECT_EQ(refusal_of({kConv,
                        {"MaxPool", {"c"}, "m", kPool},
                        {"AveragePool", {"c"}, "p", kPool},
                        {"Relu", {"m"}, "a"},
                        {"Relu", {"p"}, "b"},
                        {"Add", {"a", "b"}, "y"}}),
            "");
  EXPECT_EQ(refusal_of({{"Relu", {"x"}, "r"}, {"MaxPool", {"r"}, "m", kPool}, {"Conv", {"m", "w"}, "y"}}),
            "");
}

}  // namespace
}  // namespace homolog::conversion::refusals_test
