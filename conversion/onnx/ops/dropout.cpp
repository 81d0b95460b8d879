// Dropout in inference, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Dropout.html
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

void import_dropout(NodeImport& node) {
  if (node.opset() < 12) {
    node.attributes().ignore("ratio");
  } else {
    node.attributes().ignore("seed");
    node.ignore_input(1);  // ratio: without effect in inference
    if (node.has_input(2) && node.constant(2, "training_mode").flag()) {
      refuse("training_mode is true; export the model for inference (model.eval())");
    }
  }
  (void)node.tensor(0, "data");
  node.forward_input(0);
}

}  // namespace

void register_dropout(OpRegistry& registry) {
  registry.add("Dropout", "removed; training mode and the mask are refused", import_dropout);
}

}  // namespace homolog::conversion
