// Pad with a constant along H and W, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Pad.html
#include <algorithm>
#include <cmath>
#include <numeric>

#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

struct Padding {
  std::vector<std::int64_t> pads{};  ///< begins of `axes`, then ends
  std::vector<std::int64_t> axes{};
  float value = 0.0F;
};

Padding read_padding(NodeImport& node, std::size_t rank) {
  Padding padding;
  padding.axes.resize(rank + 1);
  std::iota(padding.axes.begin(), padding.axes.end(), std::int64_t{0});
  if (node.opset() < 11) {
    const auto pads = node.attributes().integers("pads");
    if (!pads.has_value()) {
      refuse("attribute 'pads' is missing");
    }
    padding.pads = *pads;
    padding.value = node.attributes().number("value", 0.0F);
  } else {
    padding.pads = node.constant(1, "pads").integers();
    padding.value = node.has_input(2) ? node.constant(2, "constant_value").scalar() : 0.0F;
  }
  if (node.opset() >= 18 && node.has_input(3)) {
    padding.axes = node.constant(3, "axes").integers();
  }
  if (padding.pads.size() != 2 * padding.axes.size()) {
    refuse("has " + std::to_string(padding.pads.size()) + " pads for " + std::to_string(padding.axes.size()) +
           " axes; two per axis are needed");
  }
  if (!std::isfinite(padding.value)) {
    refuse("the value " + std::to_string(padding.value) + " is not finite");
  }
  return padding;
}

void import_pad(NodeImport& node) {
  const std::string mode = node.attributes().text("mode", "constant");
  if (mode != "constant") {
    refuse("mode '" + mode + "' is not supported; only 'constant' is");
  }
  const Dims dims = node.dims(0, "data");
  const Padding padding = read_padding(node, dims.size());
  const std::size_t count = padding.axes.size();
  Pad pad;
  pad.value = padding.value;
  std::vector<bool> taken(dims.size(), false);
  bool has_effect = false;
  for (std::size_t k = 0; k < count; ++k) {
    const std::int64_t before = padding.pads[k];
    const std::int64_t after = padding.pads[count + k];
    if (before < 0 || after < 0) {
      refuse("a pad of " + std::to_string(std::min(before, after)) +
             " would cut the map; negative pads are not supported");
    }
    if (before == 0 && after == 0) {
      continue;
    }
    const std::size_t axis = image_axis(padding.axes[k], dims.size());
    if (dims.size() != 3 || axis == 0) {
      refuse("only H and W of [batch, C, H, W] can be padded, the input is batch x " + to_string(dims));
    }
    if (taken[axis]) {
      refuse("axis " + std::to_string(padding.axes[k]) + " is given twice");
    }
    taken[axis] = true;
    (axis == 1 ? pad.top : pad.left) = before;
    (axis == 1 ? pad.bottom : pad.right) = after;
    has_effect = true;
  }
  if (!has_effect) {
    node.forward_input(0);
    return;
  }
  node.emit(pad, {node.tensor(0, "data")});
}

}  // namespace

void register_pad(OpRegistry& registry) {
  registry.add("Pad", "constant value along H and W, pads >= 0", import_pad);
}

}  // namespace homolog::conversion
