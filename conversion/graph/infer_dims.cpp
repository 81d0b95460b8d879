#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "conversion/graph/float_graph.hpp"
#include "conversion/graph/limits.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ErrorKind::model, reason);
}

/// A window along one axis; the two axes are treated alike.
struct Window1d {
  std::int64_t kernel, stride, pad_before, pad_after, dilation;
};

std::pair<Window1d, Window1d> axes_of(const Window2d& w) {
  return {{w.kernel_h, w.stride_h, w.pad_top, w.pad_bottom, w.dilation_h},
          {w.kernel_w, w.stride_w, w.pad_left, w.pad_right, w.dilation_w}};
}

/// Inputs that the window spans: (kernel - 1) * dilation + 1.
std::int64_t span_of(const Window1d& w) {
  return (w.kernel - 1) * w.dilation + 1;
}

void check_range(const Window1d& w) {
  const std::array<std::pair<const char*, std::int64_t>, 3> positive{
      {{"kernel", w.kernel}, {"stride", w.stride}, {"dilation", w.dilation}}};
  for (const auto& [name, value] : positive) {
    if (value < 1 || value > kMaxElements) {
      refuse(std::string(name) + " " + std::to_string(value) + " is out of range; it must be at least 1");
    }
  }
  for (const std::int64_t pad : {w.pad_before, w.pad_after}) {
    if (pad < 0 || pad > kMaxPad) {
      refuse("padding of " + std::to_string(pad) + " is out of range; it must be 0 to " +
             std::to_string(kMaxPad));
    }
  }
}

/// Number of positions of the window. ONNX (and PyTorch): floor or ceil of
/// (in + pads - span) / stride, plus 1; in ceil mode a last window that would start in the padding behind
/// the map is dropped.
std::int64_t positions(const Window1d& w, std::int64_t extent, bool ceil_mode) {
  check_range(w);
  const std::int64_t padded = extent + w.pad_before + w.pad_after;
  if (span_of(w) > padded) {
    refuse("the window spans " + std::to_string(span_of(w)) + " positions, the padded input has only " +
           std::to_string(padded));
  }
  const std::int64_t room = padded - span_of(w);
  std::int64_t count = room / w.stride + 1;
  if (ceil_mode && room % w.stride != 0 && count * w.stride < extent + w.pad_before) {
    ++count;
  }
  return count;
}

/// A pooling window that lies wholly in the padding has no maximum and no mean.
void check_no_empty_window(const Window1d& w, std::int64_t extent, std::int64_t count) {
  if (w.pad_before >= span_of(w) || w.pad_after >= span_of(w)) {
    refuse("padding must be smaller than the pooling window (" + std::to_string(span_of(w)) + ")");
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t start = i * w.stride - w.pad_before;
    if (start >= 0) {
      if ((count - 1) * w.stride - w.pad_before >= extent) {
        refuse("the last pooling window lies wholly in the padding");
      }
      return;
    }
    const std::int64_t tap =
        (-start + w.dilation - 1) / w.dilation;  // the first one inside or behind the map
    if (tap >= w.kernel || start + tap * w.dilation >= extent) {
      refuse("a dilated pooling window has no element inside the map");
    }
  }
}

const Dims& only(const std::vector<Dims>& inputs) {
  if (inputs.size() != 1) {
    refuse("takes one computed input, has " + std::to_string(inputs.size()));
  }
  return inputs.front();
}

const Dims& only_map(const std::vector<Dims>& inputs) {
  const Dims& dims = only(inputs);
  if (dims.size() != 3) {
    refuse("needs a map [C, H, W] for each image, its input is " + to_string(dims));
  }
  return dims;
}

Dims convolved(const Convolution& op, const Dims& in) {
  if (in[0] != op.in_channels) {
    refuse("the weights are for " + std::to_string(op.in_channels) + " input channels, the input is " +
           to_string(in));
  }
  const auto axes = axes_of(op.window);
  return {op.out_channels, positions(axes.first, in[1], false), positions(axes.second, in[2], false)};
}

Dims pooled(const Window2d& window, const Dims& in, bool ceil_mode) {
  const auto axes = axes_of(window);
  Dims out{in[0], positions(axes.first, in[1], ceil_mode), positions(axes.second, in[2], ceil_mode)};
  check_no_empty_window(axes.first, in[1], out[1]);
  check_no_empty_window(axes.second, in[2], out[2]);
  return out;
}

Dims concatenated(const Concat& op, const std::vector<Dims>& inputs) {
  if (inputs.empty()) {
    refuse("has no input");
  }
  Dims out = inputs.front();
  if (op.axis < 0 || op.axis >= static_cast<std::int64_t>(out.size())) {
    refuse("has no axis " + std::to_string(op.axis) + " in " + to_string(out));
  }
  const auto axis = static_cast<std::size_t>(op.axis);
  out[axis] = 0;
  for (const Dims& dims : inputs) {
    Dims others = dims;
    if (others.size() == out.size()) {
      others[axis] = out[axis];
    }
    if (others != out) {
      refuse("cannot join " + to_string(inputs.front()) + " and " + to_string(dims) + " along axis " +
             std::to_string(op.axis) + " of the image");
    }
    out[axis] += dims[axis];
    if (out[axis] > kMaxElements) {
      refuse("the result is too large");
    }
  }
  return out;
}

struct Inference {
  const std::vector<Dims>& inputs;
  bool ceil_mode;

  Dims operator()(const Convolution& op) const { return convolved(op, only_map(inputs)); }
  Dims operator()(const Dense& op) const {
    if (only(inputs) != Dims{op.in_features}) {
      refuse("the weights are for " + std::to_string(op.in_features) + " features, the input is " +
             to_string(inputs.front()));
    }
    return {op.out_features};
  }
  Dims operator()(const Affine& op) const {
    const Dims& dims = only(inputs);
    const auto size = static_cast<std::int64_t>(op.scale.size());
    const bool per_channel = !dims.empty() && size == dims.front();
    if (op.shift.size() != op.scale.size() || (size != 1 && !per_channel && size != size_of(dims))) {
      refuse("has " + std::to_string(op.scale.size()) + " scales and " + std::to_string(op.shift.size()) +
             " shifts for " + to_string(dims) + "; one, one per channel or one per element is possible");
    }
    return dims;
  }
  Dims operator()(const Relu& /*op*/) const { return only(inputs); }
  Dims operator()(const Clip& op) const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    if (!(op.low <= op.high && op.low < kInfinity && op.high > -kInfinity)) {  // also refuses NaN
      refuse("bounds " + std::to_string(op.low) + " and " + std::to_string(op.high) + " leave no value");
    }
    return only(inputs);
  }
  Dims operator()(const MaxPool& op) const { return pooled(op.window, only_map(inputs), ceil_mode); }
  Dims operator()(const AveragePool& op) const { return pooled(op.window, only_map(inputs), ceil_mode); }
  Dims operator()(const Add& /*op*/) const {
    if (inputs.size() < 2) {
      refuse("takes two or more computed inputs");
    }
    for (const Dims& dims : inputs) {
      if (dims != inputs.front()) {
        refuse("cannot add " + to_string(inputs.front()) + " and " + to_string(dims) +
               "; computed tensors must have the same extents");
      }
    }
    return inputs.front();
  }
  Dims operator()(const Concat& op) const { return concatenated(op, inputs); }
  /// Whoever makes a view chooses its dims; only the size is given.
  Dims operator()(const View& /*op*/) const { return only(inputs); }
  Dims operator()(const Pad& op) const {
    Dims out = only_map(inputs);
    for (const std::int64_t pad : {op.top, op.left, op.bottom, op.right}) {
      if (pad < 0 || pad > kMaxPad) {
        refuse("padding of " + std::to_string(pad) + " is out of range; it must be 0 to " +
               std::to_string(kMaxPad));
      }
    }
    out[1] += op.top + op.bottom;
    out[2] += op.left + op.right;
    return out;
  }
  Dims operator()(const Softmax& op) const {
    const Dims& dims = only(inputs);
    if (op.axis < 0 || op.axis >= static_cast<std::int64_t>(dims.size())) {
      refuse("has no axis " + std::to_string(op.axis) + " in " + to_string(dims));
    }
    return dims;
  }
};

}  // namespace

Dims infer_dims(const Op& op, const std::vector<Dims>& inputs, bool ceil_mode) {
  Dims dims = std::visit(Inference{inputs, ceil_mode}, op);
  if (!checked_size_of(dims).has_value()) {
    refuse("the result " + to_string(dims) + " has more than " + std::to_string(kMaxElements) +
           " elements per image");
  }
  return dims;
}

}  // namespace homolog::conversion
