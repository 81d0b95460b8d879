// AveragePool, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__AveragePool.html
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/window.hpp"

namespace homolog::conversion {
namespace {

void import_average_pool(NodeImport& node) {
  const TensorId input = node.tensor(0, "X");
  AveragePool pool;
  pool.count_include_pad = node.attributes().flag("count_include_pad", false);
  const PoolingWindow pooling = read_pooling_window(node, node.dims(0, "X"), node.opset() >= 19);
  pool.window = pooling.window;
  node.emit(pool, {input}, pooling.ceil_mode);
}

}  // namespace

void register_average_pool(OpRegistry& registry) {
  registry.add("AveragePool", "2-D; strides, dilations, pads, auto_pad, count_include_pad, ceil_mode",
               import_average_pool);
}

}  // namespace homolog::conversion
