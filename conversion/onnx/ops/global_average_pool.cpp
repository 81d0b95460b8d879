// GlobalAveragePool, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/window.hpp"

namespace homolog::conversion {
namespace {

void import_global_average_pool(NodeImport& node) {
  node.emit(AveragePool{whole_map(node.dims(0, "X")), false}, {node.tensor(0, "X")});
}

}  // namespace

void register_global_average_pool(OpRegistry& registry) {
  registry.add("GlobalAveragePool", "2-D", import_global_average_pool);
}

}  // namespace homolog::conversion
