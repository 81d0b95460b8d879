// Div, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Div.html
#include <cmath>
#include <limits>

#include "conversion/onnx/broadcast.hpp"
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

/// Integers towards zero.
bool quotient(std::int64_t a, std::int64_t b, std::int64_t& result) {
  if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) {
    return false;
  }
  result = a / b;
  return true;
}

void import_div(NodeImport& node) {
  if (fold_integers(node, quotient)) {
    return;
  }
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
