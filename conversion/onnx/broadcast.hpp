#pragma once

#include <vector>

#include "conversion/onnx/node_import.hpp"

namespace homolog::conversion {

/// The values of constant `constant`, brought by numpy's rules to a tensor [batch, dims...]: one value for
/// the whole tensor, dims[0] values (one per channel) or size_of(dims). Refuses a constant that differs
/// between images of a batch or would enlarge the tensor. Counts what it makes as parameters of the node.
[[nodiscard]] std::vector<float> broadcast(NodeImport& node, const Constant& constant, const Dims& dims);

/// A node with two inputs, one of them a constant: A op B.
struct ConstantOperand {
  TensorId tensor = 0;          ///< the computed input
  bool constant_first = false;  ///< the constant is A
  std::vector<float> values{};  ///< broadcast to the tensor
};
/// Throws Error(model) if both inputs are computed or both constant.
[[nodiscard]] ConstantOperand read_constant_operand(NodeImport& node);

}  // namespace homolog::conversion
