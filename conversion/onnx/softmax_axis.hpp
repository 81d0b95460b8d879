#pragma once

#include "conversion/onnx/node_import.hpp"

namespace homolog::conversion {

/// Reads `axis` of Softmax and LogSoftmax as an index into the image's dims. Before opset 13 they work on
/// the product of all axes from `axis` on; that is one axis when the others have extent 1, else refused.
[[nodiscard]] inline std::int64_t read_softmax_axis(NodeImport& node, const Dims& dims) {
  if (node.opset() >= 13) {
    return static_cast<std::int64_t>(image_axis(node.attributes().integer("axis", -1), dims.size()));
  }
  const std::size_t first = image_axis(node.attributes().integer("axis", 1), dims.size());
  std::size_t axis = first;
  std::size_t wide = 0;
  for (std::size_t i = first; i < dims.size(); ++i) {
    if (dims[i] != 1) {
      axis = i;
      ++wide;
    }
  }
  if (wide > 1) {
    refuse("before opset 13 it works on all axes from " + std::to_string(first + 1) +
           " on together, here batch x " + to_string(dims) + "; export with opset 13 or later");
  }
  return static_cast<std::int64_t>(axis);
}

}  // namespace homolog::conversion
