#include "sim/asynchronous/fan_out.hpp"

namespace homolog::sim {
namespace {

std::size_t index(std::int64_t number) {
  return static_cast<std::size_t>(number);
}

template <class WindowKernel>
WindowGeometry geometry_of(const WindowKernel& kernel, const Shape& map, std::int64_t block_h,
                           std::int64_t block_w) {
  return {
      .vertical = WindowReach(vertical_axis(kernel.window, map, kernel.out), block_h, kernel.in.height),
      .horizontal = WindowReach(horizontal_axis(kernel.window, map, kernel.out), block_w, kernel.in.width),
      .source_channels = index(kernel.in.channels),
      .source_width = index(kernel.in.width),
      .target_channels = index(kernel.out.channels),
      .target_width = index(kernel.out.width),
      .first_channel = index(kernel.first_channel)};
}

/// [rows][channels of a row]; a row of group g holds the output channels from g * `row` on.
template <class WeightKernel>
std::vector<float> float_weights(const WeightKernel& kernel, std::size_t row, std::size_t rows_per_group) {
  if (kernel.int8.values.empty()) {
    return kernel.weights;
  }
  std::vector<float> weights;
  weights.reserve(kernel.int8.values.size());
  for (std::size_t i = 0; i < kernel.int8.values.size(); ++i) {
    const std::size_t channel = i / row / rows_per_group * row + i % row;
    weights.push_back(kernel.int8.scale[channel] * static_cast<float>(kernel.int8.values[i]));
  }
  return weights;
}

struct MakeRows {
  using Rows = std::variant<ConvolutionRows, DenseRows, PoolRows, SingleRows>;
  Rows operator()(const Convolution& kernel) const { return ConvolutionRows(kernel); }
  Rows operator()(const Dense& kernel) const { return DenseRows(kernel); }
  Rows operator()(const AveragePool& kernel) const { return PoolRows(kernel); }
  Rows operator()(const OneToOne& kernel) const { return SingleRows(kernel); }
  Rows operator()(const MaxPool& kernel) const { return PoolRows(kernel); }
};

}  // namespace

WindowReach::WindowReach(const WindowAxis& axis, std::int64_t block, std::int64_t inputs) {
  const WindowTaps taps(axis, block);
  const std::size_t outputs = index(axis.out);
  std::vector<std::size_t> ends(index(inputs) + 1, 0);
  for (std::size_t out = 0; out < outputs; ++out) {
    for (const Tap& tap : taps.of(out)) {
      ++ends[tap.in + 1];
    }
  }
  for (std::size_t input = 1; input < ends.size(); ++input) {
    ends[input] += ends[input - 1];
  }
  first_ = ends;
  reached_.resize(ends.back());
  for (std::size_t out = 0; out < outputs; ++out) {
    for (const Tap& tap : taps.of(out)) {
      reached_[ends[tap.in]++] = {.out = static_cast<std::uint32_t>(out), .kernel = tap.kernel};
    }
  }
}

ConvolutionRows::ConvolutionRows(const Convolution& kernel)
    : geometry(geometry_of(kernel, kernel.blocks(), kernel.pool_h, kernel.pool_w)),
      kernel_width(index(kernel.window.kernel_w)),
      kernel_area(index(kernel.window.kernel_h * kernel.window.kernel_w)),
      group_inputs(index(kernel.in.channels / kernel.groups)),
      row(index(kernel.channels / kernel.groups)),
      weights(float_weights(kernel, row, group_inputs * kernel_area)) {}

DenseRows::DenseRows(const Dense& kernel)
    : row(index(kernel.channels)),
      first_channel(index(kernel.first_channel)),
      weights(float_weights(kernel, row, index(kernel.in.size()))) {}

PoolRows::PoolRows(const AveragePool& kernel)
    : geometry(geometry_of(kernel, kernel.in, 1, 1)),
      position_weight(kernel.position_weight),
      channel_weight(kernel.channel_weight) {}

PoolRows::PoolRows(const MaxPool& kernel)
    : geometry(geometry_of(kernel, kernel.in, 1, 1)),
      position_weight(index(kernel.out.area()), 1.0F),
      channel_weight(index(kernel.in.channels), 1.0F) {}

SingleRows::SingleRows(const OneToOne& kernel) : target(kernel.target), weight(kernel.weight) {}

FanOut::FanOut(const Kernel& kernel) : rows_(std::visit(MakeRows{}, kernel)) {}

}  // namespace homolog::sim
