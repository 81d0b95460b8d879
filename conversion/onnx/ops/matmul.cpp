// MatMul by a constant, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__MatMul.html
#include "conversion/onnx/dense_weights.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_matmul(NodeImport& node) {
  const TensorId input = node.tensor(0, "A");
  Dense dense = read_dense_weights(node, 1, false);
  dense.bias.assign(static_cast<std::size_t>(dense.out_features), 0.0F);
  node.emit(std::move(dense), {input});
}

}  // namespace

void register_matmul(OpRegistry& registry) {
  registry.add("MatMul", "[batch, K] by a constant [K, M]", import_matmul);
}

}  // namespace homolog::conversion
