// Slice: elements of a constant, or channels of a map, opset 7 to 24.
// https://onnx.ai/onnx/operators/onnx__Slice.html
#include <algorithm>
#include <numeric>

#include "conversion/onnx/channel_selection.hpp"
#include "conversion/onnx/op_registry.hpp"

namespace homolog::conversion {
namespace {

struct Ranges {
  std::vector<std::int64_t> starts{}, ends{}, axes{}, steps{};
};

Ranges read_ranges(NodeImport& node) {
  Ranges ranges;
  if (node.opset() < 10) {
    ranges.starts = node.attributes().integers("starts").value_or(std::vector<std::int64_t>{});
    ranges.ends = node.attributes().integers("ends").value_or(std::vector<std::int64_t>{});
    ranges.axes = node.attributes().integers("axes").value_or(std::vector<std::int64_t>{});
  } else {
    ranges.starts = node.constant(1, "starts").integers();
    ranges.ends = node.constant(2, "ends").integers();
    ranges.axes = node.has_input(3) ? node.constant(3, "axes").integers() : std::vector<std::int64_t>{};
    ranges.steps = node.has_input(4) ? node.constant(4, "steps").integers() : std::vector<std::int64_t>{};
  }
  if (ranges.axes.empty()) {
    ranges.axes.resize(ranges.starts.size());
    std::iota(ranges.axes.begin(), ranges.axes.end(), std::int64_t{0});
  }
  ranges.steps.resize(ranges.steps.empty() ? ranges.starts.size() : ranges.steps.size(), 1);
  if (ranges.ends.size() != ranges.starts.size() || ranges.axes.size() != ranges.starts.size() ||
      ranges.steps.size() != ranges.starts.size()) {
    refuse("starts, ends, axes and steps differ in length");
  }
  return ranges;
}

/// What the only range keeps of an axis: `count` places, `step` apart.
struct Places {
  std::int64_t first = 0, step = 1, count = 0;
};

Places places(const Ranges& ranges, std::int64_t extent) {
  if (ranges.steps[0] < 1) {
    refuse("a step of " + std::to_string(ranges.steps[0]) + " is not supported; steps must be at least 1");
  }
  const auto bound = [&](std::int64_t value) {
    return std::clamp<std::int64_t>(value < 0 ? std::max(value, -extent) + extent : value, 0, extent);
  };
  Places kept{.first = bound(ranges.starts[0]),
              .step = std::min(ranges.steps[0], std::max<std::int64_t>(extent, 1))};
  kept.count = (std::max(bound(ranges.ends[0]) - kept.first, std::int64_t{0}) + kept.step - 1) / kept.step;
  return kept;
}

void slice_constant(NodeImport& node, const Ranges& ranges) {
  const Constant& data = node.constant(0, "data");
  if (data.shape().size() != 1 || ranges.axes.size() != 1 || (ranges.axes[0] != 0 && ranges.axes[0] != -1)) {
    refuse("of a constant only elements of one axis can be taken, the constant is " +
           to_string(data.shape()));
  }
  node.spend_broadcast(data.size());
  const Places kept = places(ranges, data.size());
  node.emit_constant(data.selected(
      [&](std::size_t i) {
        return static_cast<std::size_t>(kept.first + static_cast<std::int64_t>(i) * kept.step);
      },
      {kept.count}, node.output_name(0)));
}

void import_slice(NodeImport& node) {
  const Ranges ranges = read_ranges(node);
  if (node.is_constant(0)) {
    slice_constant(node, ranges);
    return;
  }
  const Dims dims = node.dims(0, "data");
  if (dims.size() != 3 || ranges.axes.size() != 1 || image_axis(ranges.axes[0], 3) != 0) {
    refuse("only channels (axis 1) of [batch, C, H, W] can be taken, the input is batch x " +
           to_string(dims));
  }
  const Places kept = places(ranges, dims[0]);
  if (kept.count == dims[0]) {
    node.forward_input(0);
    return;
  }
  node.spend_broadcast(kept.count);
  std::vector<std::int64_t> channels;
  for (std::int64_t i = 0; i < kept.count; ++i) {
    channels.push_back(kept.first + i * kept.step);
  }
  node.emit(channel_selection(node, dims, channels), {node.tensor(0, "data")});
}

}  // namespace

void register_slice(OpRegistry& registry) {
  registry.add("Slice", "channels of a map, or elements of a constant; steps >= 1", import_slice);
}

}  // namespace homolog::conversion
