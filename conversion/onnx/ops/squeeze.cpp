// Squeeze, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Squeeze.html
#include <optional>

#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

std::optional<std::vector<std::int64_t>> squeezed_axes(NodeImport& node) {
  if (node.opset() < 13) {
    return node.attributes().integers("axes");
  }
  return node.has_input(1) ? std::optional(node.constant(1, "axes").integers()) : std::nullopt;
}

void squeeze_constant(NodeImport& node) {
  const Dims shape = node.constant(0, "data").shape();
  const auto axes = squeezed_axes(node);
  std::vector<bool> removed(shape.size(), false);
  for (std::size_t i = 0; i < shape.size() && !axes.has_value(); ++i) {
    removed[i] = shape[i] == 1;
  }
  for (const std::int64_t axis : axes.value_or(std::vector<std::int64_t>{})) {
    removed[constant_axis(axis, shape.size())] = true;
  }
  Dims out;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!removed[i]) {
      out.push_back(shape[i]);
    }
  }
  emit_reshaped(node, out);  // refuses an axis of another extent than 1
}

void import_squeeze(NodeImport& node) {
  if (node.is_constant(0)) {
    squeeze_constant(node);
    return;
  }
  const TensorId input = node.tensor(0, "data");
  const Dims dims = node.dims(0, "data");
  const auto axes = squeezed_axes(node);
  if (!axes.has_value() && node.batch().value_or(1) == 1) {
    refuse("without axes it would remove the batch axis of a batch of one; give the axes");
  }
  std::vector<bool> removed(dims.size(), false);
  for (std::size_t i = 0; i < dims.size() && !axes.has_value(); ++i) {
    removed[i] = dims[i] == 1;
  }
  for (const std::int64_t axis : axes.value_or(std::vector<std::int64_t>{})) {
    const std::size_t i = image_axis(axis, dims.size());
    if (dims[i] != 1) {
      refuse("axis " + std::to_string(axis) + " has extent " + std::to_string(dims[i]) + ", must be 1");
    }
    removed[i] = true;
  }
  Dims out;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (!removed[i]) {
      out.push_back(dims[i]);
    }
  }
  node.emit_view(input, out);
}

}  // namespace

void register_squeeze(OpRegistry& registry) {
  registry.add("Squeeze", "constant axes, not the batch", import_squeeze);
}

}  // namespace homolog::conversion
