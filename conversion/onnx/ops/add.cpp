// Add, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Add.html
#include "conversion/onnx/broadcast.hpp"
#include "conversion/onnx/constant_fold.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_add(NodeImport& node) {
  if (fold_integers(node, [](auto a, auto b, auto& sum) { return !__builtin_add_overflow(a, b, &sum); })) {
    return;
  }
  if (!node.is_constant(0) && !node.is_constant(1)) {
    node.emit(Add{}, {node.tensor(0, "A"), node.tensor(1, "B")});
    return;
  }
  const ConstantOperand operand = read_constant_operand(node);
  node.emit(Affine{std::vector<float>(operand.values.size(), 1.0F), operand.values}, {operand.tensor});
}

}  // namespace

void register_add(OpRegistry& registry) {
  registry.add("Add", "two tensors of the same extents, or a tensor and a constant (broadcast)", import_add);
}

}  // namespace homolog::conversion
