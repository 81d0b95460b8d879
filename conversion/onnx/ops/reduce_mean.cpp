// ReduceMean over H, W or both, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__ReduceMean.html
#include <vector>

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
  // [C,H,W], or what an earlier mean over W has left of it, [C,H].
  std::vector<bool> mean_over(dims.size(), false);
  for (const std::int64_t axis : axes) {
    const std::size_t of_image = image_axis(axis, dims.size());
    if (of_image == 0 || dims.size() > 3 || mean_over[of_image]) {
      refuse(
          "only the mean over H, W or both (axes 2 and 3) of [batch, C, H, W] is supported, the input is "
          "batch x " +
          to_string(dims));
    }
    mean_over[of_image] = true;
  }
  TensorId input = node.tensor(0, "data");
  if (dims.size() == 2) {
    input = node.emit_view_step("_map", input, {dims[0], dims[1], 1});
  }
  const bool rows = mean_over[1];
  const bool columns = dims.size() == 3 && mean_over[2];
  AveragePool mean{whole_map({dims[0], rows ? dims[1] : 1, columns ? dims[2] : 1}), false};
  if (keepdims && dims.size() == 3) {
    node.emit(mean, {input});
    return;
  }
  Dims out{dims[0]};
  for (std::size_t axis = 1; axis < dims.size(); ++axis) {
    if (keepdims || !mean_over[axis]) {
      out.push_back(mean_over[axis] ? 1 : dims[axis]);
    }
  }
  node.emit_view(node.emit_step("_mean", mean, input), out);
}

}  // namespace

void register_reduce_mean(OpRegistry& registry) {
  registry.add("ReduceMean", "over H, W or both", import_reduce_mean);
}

}  // namespace homolog::conversion
