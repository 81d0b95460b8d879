// Transpose where it is a view, opset 7 to 18. https://onnx.ai/onnx/operators/onnx__Transpose.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_transpose(NodeImport& node) {
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
  registry.add("Transpose", "where only axes of extent 1 move", import_transpose);
}

}  // namespace homolog::conversion
