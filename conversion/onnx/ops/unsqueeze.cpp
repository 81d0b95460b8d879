// Unsqueeze, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Unsqueeze.html
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

std::vector<std::int64_t> inserted_axes(NodeImport& node) {
  if (node.opset() >= 13) {
    return node.constant(1, "axes").integers();
  }
  const auto axes = node.attributes().integers("axes");
  if (!axes.has_value()) {
    refuse("attribute 'axes' is missing");
  }
  return *axes;
}

void import_unsqueeze(NodeImport& node) {
  const bool constant = node.is_constant(0);
  const Dims dims = constant ? node.constant(0, "data").shape() : node.dims(0, "data");
  const std::vector<std::int64_t> axes = inserted_axes(node);
  std::vector<bool> inserted(dims.size() + axes.size(), false);  // axes count in the result
  for (const std::int64_t axis : axes) {
    const std::size_t i = constant ? constant_axis(axis, inserted.size()) : image_axis(axis, inserted.size());
    if (inserted[i]) {
      refuse("axis " + std::to_string(axis) + " is given twice");
    }
    inserted[i] = true;
  }
  Dims out;
  std::size_t next = 0;
  for (const bool is_new : inserted) {
    out.push_back(is_new ? 1 : dims[next++]);
  }
  if (constant) {
    emit_reshaped(node, out);
    return;
  }
  node.emit_view(node.tensor(0, "data"), out);
}

}  // namespace

void register_unsqueeze(OpRegistry& registry) {
  registry.add("Unsqueeze", "constant axes, not before the batch", import_unsqueeze);
}

}  // namespace homolog::conversion
