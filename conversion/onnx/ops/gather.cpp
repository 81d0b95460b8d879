// Gather: elements of a constant, or channels of a map, opset 7 to 24.
// https://onnx.ai/onnx/operators/onnx__Gather.html
#include "conversion/onnx/channel_selection.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

std::int64_t checked_index(std::int64_t index, std::int64_t extent) {
  if (index < -extent || index >= extent) {
    refuse("index " + std::to_string(index) + " is outside an axis of " + std::to_string(extent));
  }
  return index < 0 ? index + extent : index;
}

void gather_constant(NodeImport& node, const Constant& indices) {
  const Constant& data = node.constant(0, "data");
  const std::int64_t axis = node.attributes().integer("axis", 0);
  if (data.shape().size() != 1 || (axis != 0 && axis != -1)) {
    refuse("of a constant only elements of one axis can be taken, the constant is " +
           to_string(data.shape()));
  }
  node.spend_broadcast(indices.size());
  const std::vector<std::int64_t> at = indices.integers();
  node.emit_constant(data.selected(
      [&](std::size_t i) { return static_cast<std::size_t>(checked_index(at[i], data.size())); },
      indices.shape(), node.output_name(0)));
}

void import_gather(NodeImport& node) {
  const Constant& indices = node.constant(1, "indices");
  if (node.is_constant(0)) {
    gather_constant(node, indices);
    return;
  }
  const Dims dims = node.dims(0, "data");
  const std::size_t axis = image_axis(node.attributes().integer("axis", 0), dims.size());
  if (dims.size() != 3 || axis != 0 || indices.shape().size() > 1) {
    refuse("only channels (axis 1) of [batch, C, H, W] can be taken, the input is batch x " +
           to_string(dims) + ", the axis " + std::to_string(axis + 1));
  }
  std::vector<std::int64_t> channels = indices.integers();
  for (std::int64_t& channel : channels) {
    channel = checked_index(channel, dims[0]);
  }
  const TensorId input = node.tensor(0, "data");
  Convolution selection = channel_selection(node, dims, channels);
  if (indices.shape().empty()) {  // one number: the axis goes
    node.emit_view(node.emit_step("_channel", std::move(selection), input), {dims[1], dims[2]});
  } else {
    node.emit(std::move(selection), {input});
  }
}

}  // namespace

void register_gather(OpRegistry& registry) {
  registry.add("Gather", "channels of a map, or elements of a constant", import_gather);
}

}  // namespace homolog::conversion
