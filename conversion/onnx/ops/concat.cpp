// Concat along any axis but the batch, opset 7 to 18. https://onnx.ai/onnx/operators/onnx__Concat.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_concat(NodeImport& node) {
  const auto axis = node.attributes().integer("axis");
  if (!axis.has_value()) {
    refuse("attribute 'axis' is missing");
  }
  std::vector<TensorId> inputs;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    inputs.push_back(node.tensor(i, "inputs"));
  }
  const std::size_t of_image = image_axis(*axis, node.dims(0, "inputs").size());
  if (inputs.size() == 1) {
    node.forward_input(0);
    return;
  }
  node.emit(Concat{static_cast<std::int64_t>(of_image)}, inputs);
}

}  // namespace

void register_concat(OpRegistry& registry) {
  registry.add("Concat", "computed tensors, any axis but the batch", import_concat);
}

}  // namespace homolog::conversion
