// Clip, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Clip.html
#include <cmath>
#include <limits>

#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Before opset 11 "no bound" is the largest float; beyond it there is nothing to cut.
float open_ended(float bound) {
  return std::abs(bound) == std::numeric_limits<float>::max() ? std::copysign(kInfinity, bound) : bound;
}

void import_clip(NodeImport& node) {
  Clip clip{-kInfinity, kInfinity};
  if (node.opset() < 11) {
    clip.low = open_ended(node.attributes().number("min", -kInfinity));
    clip.high = open_ended(node.attributes().number("max", kInfinity));
  } else {
    clip.low = node.has_input(1) ? open_ended(node.constant(1, "min").scalar()) : -kInfinity;
    clip.high = node.has_input(2) ? open_ended(node.constant(2, "max").scalar()) : kInfinity;
  }
  const TensorId input = node.tensor(0, "input");
  if (clip.low == 0.0F && clip.high == kInfinity) {
    node.emit(Relu{}, {input});  // the same function
    return;
  }
  node.emit(clip, {input});
}

}  // namespace

void register_clip(OpRegistry& registry) {
  registry.add("Clip", "constant bounds (ReLU6); from 0 to infinity it is a Relu", import_clip);
}

}  // namespace homolog::conversion
