// Concat along any axis but the batch, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Concat.html
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

/// Constants of one axis, e.g. the parts of a shape.
void join_constants(NodeImport& node) {
  std::vector<Extent> joined;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    const Constant& part = node.constant(i, "inputs");
    if (part.shape().size() != 1) {
      refuse("'" + part.name() + "' is a constant of " + to_string(part.shape()) +
             "; of constants only integers of one axis can be joined");
    }
    node.spend_broadcast(part.size());
    const std::vector<Extent> values = part.extents();
    joined.insert(joined.end(), values.begin(), values.end());
  }
  const Dims shape{std::ssize(joined)};
  node.emit_constant(Constant(std::move(joined), shape, node.output_name(0)));
}

void import_concat(NodeImport& node) {
  const auto axis = node.attributes().integer("axis");
  if (!axis.has_value()) {
    refuse("attribute 'axis' is missing");
  }
  if (node.is_constant(0)) {
    (void)constant_axis(*axis, 1);
    join_constants(node);
    return;
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
  registry.add("Concat", "computed tensors, any axis but the batch; integer constants", import_concat);
}

}  // namespace homolog::conversion
