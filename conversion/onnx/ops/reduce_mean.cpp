// ReduceMean over exactly H and W, opset 7 to 18. https://onnx.ai/onnx/operators/onnx__ReduceMean.html
#include <algorithm>

#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/window.hpp"

namespace homolog::conversion {
namespace {

std::vector<std::int64_t> read_axes(NodeImport& node) {
  if (node.opset() < 18) {
    return node.attributes().integers("axes").value_or(std::vector<std::int64_t>{});
  }
  return node.has_input(1) ? node.constant(1, "axes").integers() : std::vector<std::int64_t>{};
}

void import_reduce_mean(NodeImport& node) {
  const std::vector<std::int64_t> axes = read_axes(node);
  const bool keepdims = node.attributes().flag("keepdims", true);
  const bool noop = node.opset() >= 18 && node.attributes().flag("noop_with_empty_axes", false);
  if (axes.empty() && noop) {
    node.forward_input(0);
    return;
  }
  if (axes.empty()) {
    refuse("without axes it would take the mean over the batch too; only the mean over H and W is supported");
  }
  const Dims dims = node.dims(0, "data");
  std::vector<std::size_t> of_image;
  of_image.reserve(axes.size());
  for (const std::int64_t axis : axes) {
    of_image.push_back(image_axis(axis, dims.size()));
  }
  std::sort(of_image.begin(), of_image.end());
  if (dims.size() != 3 || of_image != std::vector<std::size_t>{1, 2}) {
    refuse(
        "only the mean over H and W (axes 2 and 3) of [batch, C, H, W] is supported, the input is batch x " +
        to_string(dims));
  }
  const AveragePool mean{whole_map(dims), false};
  const TensorId input = node.tensor(0, "data");
  if (keepdims) {
    node.emit(mean, {input});
  } else {
    node.emit_view(node.emit_step("_mean", mean, input), {dims[0]});
  }
}

}  // namespace

void register_reduce_mean(OpRegistry& registry) {
  registry.add("ReduceMean", "over H and W", import_reduce_mean);
}

}  // namespace homolog::conversion
