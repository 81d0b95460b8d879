// Div, opset 7 to 18. https://onnx.ai/onnx/operators/onnx__Div.html
#include <cmath>

#include "conversion/onnx/broadcast.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_div(NodeImport& node) {
  ConstantOperand operand = read_constant_operand(node);
  if (operand.constant_first) {
    refuse("a constant divided by a computed tensor is not supported");
  }
  for (float& value : operand.values) {
    value = static_cast<float>(1.0 / static_cast<double>(value));
    if (!std::isfinite(value)) {
      refuse("the divisor has an element that is zero or too small");
    }
  }
  node.emit(Affine{operand.values, std::vector<float>(operand.values.size(), 0.0F)}, {operand.tensor});
}

}  // namespace

void register_div(OpRegistry& registry) {
  registry.add("Div", "a tensor by a constant (broadcast)", import_div);
}

}  // namespace homolog::conversion
