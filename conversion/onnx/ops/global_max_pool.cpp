// GlobalMaxPool, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/window.hpp"

namespace homolog::conversion {
namespace {

void import_global_max_pool(NodeImport& node) {
  node.emit(MaxPool{whole_map(node.dims(0, "X"))}, {node.tensor(0, "X")});
}

}  // namespace

void register_global_max_pool(OpRegistry& registry) {
  registry.add("GlobalMaxPool", "2-D", import_global_max_pool);
}

}  // namespace homolog::conversion
