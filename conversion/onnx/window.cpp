#include "conversion/onnx/window.hpp"

#include <algorithm>

#include "conversion/graph/limits.hpp"

namespace homolog::conversion {
namespace {

void check_map(const Dims& input) {
  if (input.size() != 3) {
    refuse("only 2-D maps [batch, C, H, W] are supported, the input is batch x " + to_string(input));
  }
}

/// Two numbers >= 1, for H and W.
std::pair<std::int64_t, std::int64_t> read_pair(
    NodeImport& node, const char* name, std::optional<std::pair<std::int64_t, std::int64_t>> otherwise) {
  const auto given = node.attributes().integers(name);
  if (!given.has_value()) {
    if (!otherwise.has_value()) {
      refuse(std::string("attribute '") + name + "' is missing");
    }
    return *otherwise;
  }
  if (given->size() != 2) {
    refuse(std::string("attribute '") + name + "' has " + std::to_string(given->size()) +
           " numbers, must have 2: only 2-D windows are supported");
  }
  for (const std::int64_t value : *given) {
    if (value < 1 || value > kMaxElements) {
      refuse(std::string("attribute '") + name + "' holds " + std::to_string(value) + ", must be at least 1");
    }
  }
  return {given->at(0), given->at(1)};
}

/// Pads before and after so that there are ceil(extent / stride) positions.
std::pair<std::int64_t, std::int64_t> same_pads(std::int64_t extent, std::int64_t kernel, std::int64_t stride,
                                                std::int64_t dilation, bool upper) {
  const std::int64_t positions = (extent + stride - 1) / stride;
  const std::int64_t needed = (positions - 1) * stride + (kernel - 1) * dilation + 1;
  const std::int64_t total = std::max<std::int64_t>(needed - extent, 0);
  const std::int64_t half = total / 2;
  return upper ? std::make_pair(half, total - half) : std::make_pair(total - half, half);
}

void read_pads(NodeImport& node, const Dims& input, const std::string& auto_pad, Window2d& window) {
  const auto pads = node.attributes().integers("pads").value_or(std::vector<std::int64_t>(4, 0));
  if (pads.size() != 4) {
    refuse("attribute 'pads' has " + std::to_string(pads.size()) +
           " numbers, must have 4: top, left, bottom, right");
  }
  if (auto_pad == "NOTSET") {
    window.pad_top = pads[0];
    window.pad_left = pads[1];
    window.pad_bottom = pads[2];
    window.pad_right = pads[3];
    return;
  }
  if (std::any_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad != 0; })) {
    refuse("attributes 'pads' and auto_pad '" + auto_pad + "' contradict each other");
  }
  if (auto_pad == "VALID") {
    return;
  }
  if (auto_pad != "SAME_UPPER" && auto_pad != "SAME_LOWER") {
    refuse("auto_pad '" + auto_pad + "' is not one of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
  }
  const bool upper = auto_pad == "SAME_UPPER";
  const auto rows = same_pads(input[1], window.kernel_h, window.stride_h, window.dilation_h, upper);
  const auto columns = same_pads(input[2], window.kernel_w, window.stride_w, window.dilation_w, upper);
  window.pad_top = rows.first;
  window.pad_bottom = rows.second;
  window.pad_left = columns.first;
  window.pad_right = columns.second;
}

Window2d read_window(NodeImport& node, const Dims& input, bool dilations, const std::string& auto_pad,
                     std::optional<std::pair<std::int64_t, std::int64_t>> kernel) {
  check_map(input);
  Window2d window;
  const auto kernel_shape = read_pair(node, "kernel_shape", kernel);
  if (kernel.has_value() && kernel_shape != *kernel) {
    refuse("attribute 'kernel_shape' is " + to_string(Dims{kernel_shape.first, kernel_shape.second}) +
           ", the weights are " + to_string(Dims{kernel->first, kernel->second}));
  }
  const auto strides = read_pair(node, "strides", {{1, 1}});
  const auto dilation =
      dilations ? read_pair(node, "dilations", {{1, 1}}) : std::make_pair(std::int64_t{1}, std::int64_t{1});
  window.kernel_h = kernel_shape.first;
  window.kernel_w = kernel_shape.second;
  window.stride_h = strides.first;
  window.stride_w = strides.second;
  window.dilation_h = dilation.first;
  window.dilation_w = dilation.second;
  read_pads(node, input, auto_pad, window);
  return window;
}

}  // namespace

Window2d read_window(NodeImport& node, const Dims& input, bool dilations,
                     std::optional<std::pair<std::int64_t, std::int64_t>> kernel) {
  return read_window(node, input, dilations, node.attributes().text("auto_pad", "NOTSET"), kernel);
}

PoolingWindow read_pooling_window(NodeImport& node, const Dims& input, bool dilations) {
  PoolingWindow pooling;
  const std::string auto_pad = node.attributes().text("auto_pad", "NOTSET");
  pooling.ceil_mode = node.opset() >= 10 && node.attributes().flag("ceil_mode", false);
  if (pooling.ceil_mode && auto_pad == "VALID") {
    refuse("auto_pad VALID with ceil_mode is not defined the same everywhere; export with explicit pads");
  }
  pooling.window = read_window(node, input, dilations, auto_pad, std::nullopt);
  return pooling;
}

Window2d whole_map(const Dims& input) {
  check_map(input);
  Window2d window;
  window.kernel_h = input[1];
  window.kernel_w = input[2];
  return window;
}

}  // namespace homolog::conversion
