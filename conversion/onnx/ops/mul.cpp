// Mul, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Mul.html
#include "conversion/onnx/broadcast.hpp"
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_mul(NodeImport& node) {
  if (fold_integers(node,
                    [](auto a, auto b, auto& product) { return !__builtin_mul_overflow(a, b, &product); })) {
    return;
  }
  const ConstantOperand operand = read_constant_operand(node);
  node.emit(Affine{operand.values, std::vector<float>(operand.values.size(), 0.0F)}, {operand.tensor});
}

}  // namespace

void register_mul(OpRegistry& registry) {
  registry.add("Mul", "a tensor by a constant (broadcast)", import_mul);
}

}  // namespace homolog::conversion
