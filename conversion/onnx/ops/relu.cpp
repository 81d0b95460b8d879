// Relu, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Relu.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_relu(NodeImport& node) {
  node.emit(Relu{}, {node.tensor(0, "X")});
}

}  // namespace

void register_relu(OpRegistry& registry) {
  registry.add("Relu", "max(0, x)", import_relu);
}

}  // namespace homolog::conversion
