// Sub, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Sub.html
#include "conversion/onnx/broadcast.hpp"
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_sub(NodeImport& node) {
  if (fold_integers(node, [](auto a, auto b, auto& rest) { return !__builtin_sub_overflow(a, b, &rest); })) {
    return;
  }
  ConstantOperand operand = read_constant_operand(node);
  const float sign = operand.constant_first ? -1.0F : 1.0F;  // constant - x, or x - constant
  for (float& value : operand.values) {
    value *= -sign;
  }
  node.emit(Affine{std::vector<float>(operand.values.size(), sign), operand.values}, {operand.tensor});
}

}  // namespace

void register_sub(OpRegistry& registry) {
  registry.add("Sub", "a tensor and a constant (broadcast), either way round", import_sub);
}

}  // namespace homolog::conversion
