#include "conversion/onnx/unsupported.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace homolog::conversion {
namespace {

struct Reason {
  std::initializer_list<const char*> operations;
  const char* text;
};

}  // namespace

std::string why_unsupported(const std::string& operation) {
  static const std::array<Reason, 9> kReasons{{
      {{"Celu", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish", "PRelu", "Selu", "Sigmoid",
        "Softplus", "Softsign", "Swish", "Tanh", "ThresholdedRelu", "Erf", "Exp"},
       "the rate of an integrate-and-fire neuron is a rectified linear function of its input, this "
       "activation is "
       "not; supported: Relu, and Clip from 0 (ReLU6). Train the network with one of them"},
      {{"LRN", "InstanceNormalization", "LayerNormalization", "GroupNormalization",
        "MeanVarianceNormalization", "LpNormalization", "RMSNormalization"},
       "it divides by a statistic of each image, which is not linear; supported: BatchNormalization in "
       "inference "
       "form"},
      {{"LSTM", "GRU", "RNN"},
       "recurrence inside one node is not supported; unroll it as a graph of feed-forward nodes"},
      {{"If", "Loop", "Scan"},
       "control flow is not supported; export by tracing, so that the graph is fixed"},
      {{"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul",
        "ConvInteger", "MatMulInteger"},
       "quantised models are not supported; export the float32 model (8-bit weights are a setting of the "
       "conversion)"},
      {{"ConvTranspose", "MaxUnpool", "Resize", "Upsample", "DepthToSpace", "GridSample"},
       "maps cannot be enlarged; supported: Conv, MaxPool, AveragePool"},
      {{"Max", "Min"}, "supported instead: Clip with constant bounds, and MaxPool"},
      {{"Attention", "MultiHeadAttention", "Einsum"},
       "products of two computed tensors are not supported; supported: Conv, Gemm and MatMul with constant "
       "weights"},
      {{"Split"}, "it has several outputs; supported: Slice or Gather of channels, one for each output"},
  }};
  for (const Reason& reason : kReasons) {
    if (std::any_of(reason.operations.begin(), reason.operations.end(),
                    [&](const char* name) { return operation == name; })) {
      return reason.text;
    }
  }
  return "";
}

}  // namespace homolog::conversion
