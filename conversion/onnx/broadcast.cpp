#include "conversion/onnx/broadcast.hpp"

#include <algorithm>
#include <utility>

namespace homolog::conversion {
namespace {

/// The constant's shape along dims, 1 where it is broadcast.
Dims aligned_shape(const Constant& constant, const Dims& dims) {
  const Dims& shape = constant.shape();
  const auto fail = [&](const char* why) {
    refuse("constant '" + constant.name() + "' (" + to_string(shape) + ") " + why + " (batch x " +
           to_string(dims) + ")");
  };
  if (shape.size() > dims.size() + 1) {
    fail("has more axes than the tensor");
  }
  Dims aligned(dims.size() + 1 - shape.size(), 1);
  aligned.insert(aligned.end(), shape.begin(), shape.end());
  if (aligned.front() != 1) {
    fail("differs between the images of a batch");
  }
  aligned.erase(aligned.begin());
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (aligned[i] != 1 && aligned[i] != dims[i]) {
      fail("does not fit the tensor");
    }
  }
  return aligned;
}

/// values [shape] repeated along every axis where shape is 1, to dims.
std::vector<float> repeated(const std::vector<float>& values, const Dims& shape, const Dims& dims) {
  std::vector<float> full(static_cast<std::size_t>(size_of(dims)));
  Dims index(dims.size(), 0);
  for (float& out : full) {
    std::size_t source = 0;
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
      source = source * static_cast<std::size_t>(shape[axis]) +
               static_cast<std::size_t>(shape[axis] == 1 ? 0 : index[axis]);
    }
    out = values[source];
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      if (++index[axis] < dims[axis]) {
        break;
      }
      index[axis] = 0;
    }
  }
  return full;
}

}  // namespace

std::vector<float> broadcast(NodeImport& node, const Constant& constant, const Dims& dims) {
  const Dims shape = aligned_shape(constant, dims);
  const bool one_or_per_channel =
      constant.size() == 1 || (constant.size() == dims.front() && shape.front() == dims.front());
  if (one_or_per_channel || constant.size() == size_of(dims)) {
    node.spend(constant.size());
    return constant.floats();
  }
  node.spend_broadcast(size_of(dims));
  return repeated(constant.floats(), shape, dims);
}

ConstantOperand read_constant_operand(NodeImport& node) {
  ConstantOperand operand;
  if (node.has_input(0) && node.has_input(1) && !node.is_constant(0) && !node.is_constant(1)) {
    refuse(
        "works on two computed tensors, as in gating or attention; supported: a computed tensor and a "
        "constant "
        "(and the addition of two computed tensors)");
  }
  operand.constant_first = node.is_constant(0);
  const std::size_t at = operand.constant_first ? 0 : 1;
  operand.tensor = node.tensor(1 - at, operand.constant_first ? "B" : "A");
  operand.values = broadcast(node, node.constant(at, operand.constant_first ? "A" : "B"),
                             node.dims(1 - at, operand.constant_first ? "B" : "A"));
  return operand;
}

}  // namespace homolog::conversion
