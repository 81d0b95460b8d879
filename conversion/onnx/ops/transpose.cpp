// Transpose where it is a view, or of a constant, opset 7 to 24.
// https://onnx.ai/onnx/operators/onnx__Transpose.html
#include <algorithm>

#include "conversion/graph/limits.hpp"
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

/// Any permutation of the axes of a constant.
void transpose_constant(NodeImport& node) {
  const Dims shape = node.constant(0, "data").shape();
  const std::size_t rank = shape.size();
  std::vector<std::int64_t> reversed;
  for (std::size_t axis = rank; axis-- > 0;) {
    reversed.push_back(static_cast<std::int64_t>(axis));
  }
  const auto perm = node.attributes().integers("perm").value_or(reversed);
  std::vector<std::int64_t> sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  std::reverse(reversed.begin(), reversed.end());
  if (sorted != reversed || rank > kMaxAxes) {
    refuse("attribute 'perm' is not a permutation of the " + std::to_string(rank) + " axes of the constant");
  }
  std::vector<std::size_t> strides(rank, 1);
  for (std::size_t axis = rank; axis-- > 1;) {
    strides[axis - 1] = strides[axis] * static_cast<std::size_t>(shape[axis]);
  }
  Dims out;
  for (const std::int64_t axis : perm) {
    out.push_back(shape[static_cast<std::size_t>(axis)]);
  }
  emit_selected(node, out, [&](std::size_t i) {
    std::size_t source = 0;
    for (std::size_t k = rank; k-- > 0;) {
      const auto extent = static_cast<std::size_t>(out[k]);
      source += i % extent * strides[static_cast<std::size_t>(perm[k])];
      i /= extent;
    }
    return source;
  });
}

void import_transpose(NodeImport& node) {
  if (node.is_constant(0)) {
    transpose_constant(node);
    return;
  }
  const TensorId input = node.tensor(0, "data");
  const Dims dims = node.dims(0, "data");
  std::vector<std::int64_t> reversed;
  for (auto axis = static_cast<std::int64_t>(dims.size()); axis >= 0; --axis) {
    reversed.push_back(axis);
  }
  const auto perm = node.attributes().integers("perm").value_or(reversed);
  if (perm.size() != dims.size() + 1) {
    refuse("attribute 'perm' has " + std::to_string(perm.size()) + " axes, the tensor has " +
           std::to_string(dims.size() + 1));
  }
  if (perm.front() != 0) {
    refuse("would move the batch axis");
  }
  std::vector<bool> taken(dims.size(), false);
  Dims out;
  std::size_t last = 0;  // the last axis of more than one element; their order must stay
  for (std::size_t k = 1; k < perm.size(); ++k) {
    const std::size_t axis = image_axis(perm[k], dims.size());
    if (perm[k] < 0 || taken[axis]) {
      refuse("attribute 'perm' is not a permutation");
    }
    taken[axis] = true;
    if (dims[axis] != 1) {
      if (axis < last) {
        refuse("would reorder the elements of batch x " + to_string(dims) +
               "; only axes of extent 1 may move");
      }
      last = axis;
    }
    out.push_back(dims[axis]);
  }
  node.emit_view(input, out);
}

}  // namespace

void register_transpose(OpRegistry& registry) {
  registry.add("Transpose", "where only axes of extent 1 move; any of a constant", import_transpose);
}

}  // namespace homolog::conversion
