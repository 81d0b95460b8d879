// Softmax, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Softmax.html
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/softmax_axis.hpp"

namespace homolog::conversion {
namespace {

void import_softmax(NodeImport& node) {
  const std::int64_t axis = read_softmax_axis(node, node.dims(0, "input"));
  node.emit(Softmax{axis, false}, {node.tensor(0, "input")});
}

}  // namespace

void register_softmax(OpRegistry& registry) {
  registry.add("Softmax", "along one axis of the image", import_softmax);
}

}  // namespace homolog::conversion
