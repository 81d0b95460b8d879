// Every refusal names node, operator, reason, and what would be right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/onnx_builder.hpp"

namespace homolog::conversion::refusals_test {
namespace {

using test::OnnxAttribute;
using test::OnnxBuilder;

struct Refused {
  const char* operation;
  std::vector<std::string> inputs;
  std::vector<OnnxAttribute> attributes;
  const char* reason;     ///< a part of it
  const char* supported;  ///< what would be right
};

/// A node called "culprit" behind a ReLU [N, 4, 6, 6]; other values: a map z like it, constants.
std::string refusal_of(const Refused& refused) {
  OnnxBuilder builder(17);
  builder.input("x", {-1, 4, 6, 6}).output("y").node("Relu", {"x"}, {"r"}).node("Relu", {"r"}, {"z"});
  builder.filled("c4", {4})
      .filled("w", {4, 4, 3, 3})
      .filled("w3", {4, 4, 3})
      .filled("m", {6, 6})
      .floats("s", {}, {1});
  builder.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1}).integers("negative", {0, 0, -1, 0, 0, 0, 0, 0});
  builder.integers("two", {2}).integers("three", {3});
  builder.node(refused.operation, refused.inputs, {"y"}, refused.attributes);
  auto& node = *builder.graph().mutable_node(2);
  node.set_name("culprit");
  return builder.refusal();
}

TEST(Refusals, NameNodeOperatorReasonAndWhatIsSupported) {
  const char* activation = "the rate of an integrate-and-fire neuron is a rectified linear function";
  const char* relu = "supported: Relu, and Clip from 0 (ReLU6)";
  const std::vector<Refused> table{
      {"Sigmoid", {"r"}, {}, activation, relu},
      {"HardSigmoid", {"r"}, {{"alpha", 0.2F}}, activation, relu},
      {"HardSwish", {"r"}, {}, activation, relu},
      {"Tanh", {"r"}, {}, activation, relu},
      {"Gelu", {"r"}, {}, activation, relu},
      {"LeakyRelu", {"r"}, {{"alpha", 0.1F}}, activation, relu},
      {"PRelu", {"r", "c4"}, {}, activation, relu},
      {"Elu", {"r"}, {}, activation, relu},
      {"LRN", {"r"}, {{"size", 5}}, "divides by a statistic of each image", "supported: BatchNormalization"},
      {"InstanceNormalization", {"r", "c4", "c4"}, {}, "not linear", "supported: BatchNormalization"},
      {"LayerNormalization", {"r", "c4"}, {}, "not linear", "supported: BatchNormalization"},
      {"LSTM", {"r", "w3", "w3"}, {}, "recurrence inside one node", "unroll it as a graph"},
      {"Loop", {"s", "s", "r"}, {}, "control flow", "export by tracing"},
      {"QuantizeLinear", {"r", "s"}, {}, "quantised models", "export the float32 model"},
      {"ConvTranspose", {"r", "w"}, {}, "cannot be enlarged", "supported: Conv, MaxPool, AveragePool"},
      {"Resize", {"r"}, {}, "cannot be enlarged", "supported: Conv, MaxPool, AveragePool"},
      {"Max", {"r", "z"}, {}, "supported instead", "Clip with constant bounds"},
      {"Einsum",
       {"r", "z"},
       {{"equation", "nchw,nchw->nc"}},
       "two computed tensors",
       "Conv, Gemm and MatMul"},
      {"Split", {"r"}, {{"axis", 1}}, "several outputs", "supported: Slice or Gather of channels"},
      {"NoSuchOperator", {"r"}, {}, "this operator is not supported", "(supported: Add, AveragePool,"},
      {"Mul", {"r", "z"}, {}, "works on two computed tensors", "supported: a computed tensor and a constant"},
      {"Div", {"r", "z"}, {}, "works on two computed tensors", "supported: a computed tensor and a constant"},
      {"Sub", {"r", "z"}, {}, "works on two computed tensors", "supported: a computed tensor and a constant"},
      {"MatMul", {"r", "m"}, {}, "the weights are for 6 features, the input is 4x6x6", "6 features"},
      {"MatMul", {"r", "z"}, {}, "is computed", "must be a constant"},
      {"Conv", {"r", "w3"}, {}, "the weights are 4x4x3", "only 2-D convolutions are supported"},
      {"Conv", {"r", "z"}, {}, "is computed", "must be a constant"},
      {"Conv", {"r", "w"}, {{"auto_pad", "BOTH"}}, "auto_pad 'BOTH'", "one of NOTSET, SAME_UPPER"},
      {"MaxPool", {"r"}, {{"kernel_shape", {2}}}, "has 1 numbers", "only 2-D windows are supported"},
      {"MaxPool",
       {"r"},
       {{"kernel_shape", {2, 2}}, {"storage_order", 1}},
       "storage_order = 1",
       "is not supported"},
      {"Pad", {"r", "pads"}, {{"mode", "reflect"}}, "mode 'reflect'", "only 'constant' is"},
      {"Pad", {"r", "negative"}, {}, "a pad of -1 would cut the map", "not supported"},
      {"BatchNormalization",
       {"r", "c4", "c4", "c4", "c4"},
       {{"training_mode", 1}},
       "is in training form",
       "export the model for inference"},
      {"Transpose",
       {"r"},
       {{"perm", {0, 2, 3, 1}}},
       "would reorder the elements",
       "only axes of extent 1 may move"},
      {"ReduceMean", {"r"}, {{"axes", {1}}}, "input is batch x 4x6x6", "only the mean over H, W or both"},
      {"Concat", {"r", "z"}, {{"axis", 0}}, "axis 0 is the batch", "images must stay apart"},
      {"Gather", {"r", "two"}, {{"axis", 2}}, "the axis 2", "only channels (axis 1)"},
      {"Slice", {"r", "two", "three", "two"}, {}, "batch x 4x6x6", "only channels (axis 1)"},
      {"Relu", {"r"}, {{"slope", 0.1F}}, "attribute 'slope'", "not understood in this opset"},
  };
  for (const Refused& refused : table) {
    const std::string message = refusal_of(refused);
    SCOPED_TRACE(message);
    EXPECT_EQ(message.rfind("m.onnx: culprit: " + std::string(refused.operation) + ": ", 0), 0U)
        << refused.operation;
    EXPECT_THAT(message, testing::HasSubstr(refused.reason));
    EXPECT_THAT(message, testing::HasSubstr(refused.supported));
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace homolog::conversion::refusals_test
