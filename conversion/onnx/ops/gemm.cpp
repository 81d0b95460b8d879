// Gemm, opset 7 to 24: alpha * A B + beta * C. https://onnx.ai/onnx/operators/onnx__Gemm.html
#include "conversion/onnx/broadcast.hpp"
#include "conversion/onnx/dense_weights.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void scale(std::vector<float>& values, float factor) {
  for (float& value : values) {
    value *= factor;
  }
}

void import_gemm(NodeImport& node) {
  Attributes& attributes = node.attributes();
  if (attributes.flag("transA", false)) {
    refuse("transA = 1 would mix the images of a batch");
  }
  const TensorId input = node.tensor(0, "A");
  Dense dense = read_dense_weights(node, 1, attributes.flag("transB", false));
  scale(dense.weights, attributes.number("alpha", 1.0F));
  const float beta = attributes.number("beta", 1.0F);
  if (node.has_input(2)) {
    dense.bias = broadcast(node, node.constant(2, "C"), {dense.out_features});
    dense.bias.resize(static_cast<std::size_t>(dense.out_features), dense.bias.front());  // one value for all
    scale(dense.bias, beta);
  } else {
    dense.bias.assign(static_cast<std::size_t>(dense.out_features), 0.0F);
  }
  node.emit(std::move(dense), {input});
}

}  // namespace

void register_gemm(OpRegistry& registry) {
  registry.add("Gemm", "constant B and C; alpha, beta, transB", import_gemm);
}

}  // namespace homolog::conversion
