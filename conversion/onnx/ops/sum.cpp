// Sum of tensors, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Sum.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_sum(NodeImport& node) {
  std::vector<TensorId> inputs;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    inputs.push_back(node.tensor(i, "data_0"));
  }
  if (inputs.size() == 1) {
    node.forward_input(0);
    return;
  }
  node.emit(Add{}, inputs);
}

}  // namespace

void register_sum(OpRegistry& registry) {
  registry.add("Sum", "computed tensors of the same extents", import_sum);
}

}  // namespace homolog::conversion
