// Cast without effect, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Cast.html
#include <onnx/onnx_pb.h>

#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_cast(NodeImport& node) {
  node.attributes().ignore("saturate");    // of 8-bit floats
  node.attributes().ignore("round_mode");  // of 8-bit floats
  const auto to = node.attributes().integer("to");
  const bool to_integer = to == onnx::TensorProto::INT64 || to == onnx::TensorProto::INT32;
  const bool to_float = to == onnx::TensorProto::FLOAT;
  const bool integer = node.is_constant(0) && node.constant(0, "input").is_integer();
  if (integer && to_float) {
    const Constant& constant = node.constant(0, "input");
    node.spend_broadcast(constant.size());
    std::vector<float> values;
    for (const std::int64_t value : constant.integers()) {
      values.push_back(static_cast<float>(value));
    }
    node.emit_constant(Constant(std::move(values), constant.shape(), node.output_name(0)));
    return;
  }
  if (!(integer ? to_integer : to_float)) {
    refuse("casts to element type " + (to.has_value() ? std::to_string(*to) : std::string("(missing)")) +
           "; supported: tensors to FLOAT (1), integer constants to FLOAT, INT32 (6) or INT64 (7)");
  }
  node.forward_input(0);
}

}  // namespace

void register_cast(OpRegistry& registry) {
  registry.add("Cast", "without effect: tensors to float32; integer constants", import_cast);
}

}  // namespace homolog::conversion
