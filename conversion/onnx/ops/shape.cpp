// Shape, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Shape.html
#include <algorithm>

#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

/// The extents with the batch in front; of a constant its own.
std::vector<Extent> all_extents(NodeImport& node) {
  std::vector<Extent> extents;
  const bool constant = node.is_constant(0);
  if (!constant) {
    extents.push_back({0, true});
  }
  for (const std::int64_t extent : constant ? node.constant(0, "data").shape() : node.dims(0, "data")) {
    extents.push_back({extent, false});
  }
  return extents;
}

void import_shape(NodeImport& node) {
  std::vector<Extent> extents = all_extents(node);
  const std::int64_t rank = std::ssize(extents);
  const auto bound = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t given = node.opset() >= 15 ? node.attributes().integer(name, otherwise) : otherwise;
    return std::clamp<std::int64_t>(given < 0 && given >= -rank ? given + rank : given, 0, rank);
  };
  const std::int64_t first = bound("start", 0);
  const std::int64_t last = std::max(first, bound("end", rank));
  extents = {extents.begin() + first, extents.begin() + last};
  const Dims shape{last - first};
  node.emit_constant(Constant(std::move(extents), shape, node.output_name(0)));
}

}  // namespace

void register_shape(OpRegistry& registry) {
  registry.add("Shape", "of a tensor, as the shape of a Reshape", import_shape);
}

}  // namespace homolog::conversion
