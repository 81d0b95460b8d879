// Identity, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Identity.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_identity(NodeImport& node) {
  node.forward_input(0);
}

}  // namespace

void register_identity(OpRegistry& registry) {
  registry.add("Identity", "removed", import_identity);
}

}  // namespace homolog::conversion
