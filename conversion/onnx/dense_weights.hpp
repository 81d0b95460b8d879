#pragma once

#include "conversion/onnx/node_import.hpp"

namespace homolog::conversion {

/// The constant matrix of Gemm and MatMul, input i, as a Dense without bias: [K, M] in the file, or
/// [M, K] when `transposed`, becomes weights [M, K]. Counts weights and M biases as parameters.
[[nodiscard]] Dense read_dense_weights(NodeImport& node, std::size_t i, bool transposed);

}  // namespace homolog::conversion
