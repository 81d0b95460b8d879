// Constant, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Constant.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

std::optional<Constant> read_value(Attributes& attributes, const std::string& name) {
  std::optional<Constant> value = attributes.tensor("value", name);
  if (const auto number = attributes.number("value_float")) {
    value = Constant(std::vector<float>{*number}, true, name);
  }
  if (auto numbers = attributes.numbers("value_floats")) {
    value = Constant(std::move(*numbers), false, name);
  }
  if (const auto integer = attributes.integer("value_int")) {
    value = Constant(std::vector<std::int64_t>{*integer}, true, name);
  }
  if (auto integers = attributes.integers("value_ints")) {
    value = Constant(std::move(*integers), false, name);
  }
  return value;
}

void import_constant(NodeImport& node) {
  if (node.attributes().count() != 1) {
    refuse("has " + std::to_string(node.attributes().count()) + " attributes, must have one: the value");
  }
  const auto value = read_value(node.attributes(), node.output_name(0));
  node.attributes().finish();  // names a kind of value that is not supported
  node.emit_constant(*value);
}

}  // namespace

void register_constant(OpRegistry& registry) {
  registry.add("Constant", "value, value_float(s), value_int(s)", import_constant);
}

}  // namespace homolog::conversion
