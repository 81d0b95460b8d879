// Conv, opset 7 to 24. https://onnx.ai/onnx/operators/onnx__Conv.html
#include "conversion/graph/limits.hpp"
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/window.hpp"

namespace homolog::conversion {
namespace {

void import_conv(NodeImport& node) {
  const TensorId input = node.tensor(0, "X");
  const Dims shape = node.constant(1, "W").shape();
  if (shape.size() != 4) {
    refuse("only 2-D convolutions are supported, the weights are " + to_string(shape));
  }
  Convolution conv;
  conv.groups = node.attributes().integer("group", 1);
  if (conv.groups < 1 || conv.groups > kMaxElements) {
    refuse("attribute 'group' is " + std::to_string(conv.groups) + ", must be at least 1");
  }
  conv.out_channels = shape[0];
  conv.in_channels = shape[1] * conv.groups;  // both below 2^31
  if (conv.out_channels % conv.groups != 0) {
    refuse(std::to_string(conv.groups) + " groups do not divide " + std::to_string(conv.out_channels) +
           " output channels");
  }
  conv.window = read_window(node, node.dims(0, "X"), true, {{shape[2], shape[3]}});
  conv.weights = node.parameters(1, "W");
  if (node.has_input(2)) {
    conv.bias = node.parameters(2, "B");
    if (node.constant(2, "B").shape() != Dims{conv.out_channels}) {
      refuse("the bias is " + to_string(node.constant(2, "B").shape()) + ", must be " +
             std::to_string(conv.out_channels));
    }
  } else {
    node.spend(conv.out_channels);
    conv.bias.assign(static_cast<std::size_t>(conv.out_channels), 0.0F);
  }
  node.emit(std::move(conv), {input});
}

}  // namespace

void register_conv(OpRegistry& registry) {
  registry.add("Conv", "2-D; groups, depthwise, strides, dilations, pads, auto_pad, bias", import_conv);
}

}  // namespace homolog::conversion
