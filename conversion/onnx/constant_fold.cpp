#include "conversion/onnx/constant_fold.hpp"

#include <algorithm>
#include <utility>

namespace homolog::conversion {

std::size_t constant_axis(std::int64_t axis, std::size_t rank) {
  const auto axes = static_cast<std::int64_t>(rank);
  if (axis < -axes || axis >= axes) {
    refuse("axis " + std::to_string(axis) + " does not exist; the constant has " + std::to_string(axes) +
           " axes");
  }
  return static_cast<std::size_t>(axis < 0 ? axis + axes : axis);
}

void emit_selected(NodeImport& node, Dims shape, const std::function<std::size_t(std::size_t)>& source) {
  const Constant& constant = node.constant(0, "data");
  if (constant.is_integer()) {
    node.spend_broadcast(constant.size());
  } else {
    node.spend(constant.size());
  }
  node.emit_constant(constant.selected(source, std::move(shape), node.output_name(0)));
}

void emit_reshaped(NodeImport& node, Dims shape) {
  const Dims& given = node.constant(0, "data").shape();
  if (size_of(shape) != size_of(given)) {
    refuse("a constant of " + to_string(given) + " cannot have the extents " + to_string(shape));
  }
  emit_selected(node, std::move(shape), [](std::size_t i) { return i; });
}

bool fold_integers(NodeImport& node,
                   const std::function<bool(std::int64_t a, std::int64_t b, std::int64_t& result)>& compute) {
  if (!node.is_constant(0) || !node.is_constant(1) || !node.constant(0, "A").is_integer() ||
      !node.constant(1, "B").is_integer()) {
    return false;
  }
  const Constant& first = node.constant(0, "A");
  const Constant& second = node.constant(1, "B");
  // The result is like the one that is not repeated, or has the axes of the longer shape.
  const bool like_second =
      first.size() == 1 && (second.size() != 1 || second.shape().size() >= first.shape().size());
  const Dims& shape = like_second ? second.shape() : first.shape();
  const Constant& other = like_second ? first : second;
  if (shape != other.shape() && (other.size() != 1 || other.shape().size() > shape.size())) {
    refuse("constants of " + to_string(first.shape()) + " and " + to_string(second.shape()) + " do not fit");
  }
  const std::vector<std::int64_t> a = first.integers();
  const std::vector<std::int64_t> b = second.integers();
  node.spend_broadcast(size_of(shape));
  std::vector<Extent> values(static_cast<std::size_t>(size_of(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t left = a[a.size() == 1 ? 0 : i];
    const std::int64_t right = b[b.size() == 1 ? 0 : i];
    if (!compute(left, right, values[i].value)) {
      refuse("has no result for " + std::to_string(left) + " and " + std::to_string(right));
    }
  }
  node.emit_constant(Constant(std::move(values), shape, node.output_name(0)));
  return true;
}

}  // namespace homolog::conversion
