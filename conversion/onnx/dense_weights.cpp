#include "conversion/onnx/dense_weights.hpp"

namespace homolog::conversion {

Dense read_dense_weights(NodeImport& node, std::size_t i, bool transposed) {
  const Dims shape = node.constant(i, "B").shape();
  if (shape.size() != 2 || size_of(shape) < 1) {
    refuse("B must be a matrix, it is " + to_string(shape));
  }
  Dense dense;
  dense.in_features = shape[transposed ? 1 : 0];
  dense.out_features = shape[transposed ? 0 : 1];
  node.spend(dense.out_features);
  dense.weights = node.parameters(i, "B");
  if (transposed) {
    return dense;
  }
  const auto inputs = static_cast<std::size_t>(dense.in_features);
  const auto outputs = static_cast<std::size_t>(dense.out_features);
  const std::vector<float> file_order = dense.weights;
  for (std::size_t in = 0; in < inputs; ++in) {
    for (std::size_t out = 0; out < outputs; ++out) {
      dense.weights[out * inputs + in] = file_order[in * outputs + out];
    }
  }
  return dense;
}

}  // namespace homolog::conversion
