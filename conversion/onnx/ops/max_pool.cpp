// MaxPool, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__MaxPool.html
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/window.hpp"

namespace homolog::conversion {
namespace {

void import_max_pool(NodeImport& node) {
  const TensorId input = node.tensor(0, "X");
  if (node.opset() >= 8 && node.attributes().integer("storage_order", 0) != 0) {
    refuse("storage_order = 1 is not supported");
  }
  const PoolingWindow pooling = read_pooling_window(node, node.dims(0, "X"), node.opset() >= 10);
  node.emit(MaxPool{pooling.window}, {input}, pooling.ceil_mode);
}

}  // namespace

void register_max_pool(OpRegistry& registry) {
  registry.add("MaxPool", "2-D; strides, dilations, pads, auto_pad, ceil_mode; no Indices", import_max_pool);
}

}  // namespace homolog::conversion
