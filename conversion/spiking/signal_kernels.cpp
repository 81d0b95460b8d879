#include "conversion/spiking/signal_kernels.hpp"

#include <algorithm>

#include "conversion/spiking/index_of.hpp"

namespace homolog::conversion {
namespace {

sim::Window window_of(const Window2d& w, const ChannelMap& map) {
  return {.kernel_h = w.kernel_h,
          .kernel_w = w.kernel_w,
          .stride_h = w.stride_h,
          .stride_w = w.stride_w,
          .pad_top = w.pad_top + map.top,
          .pad_left = w.pad_left + map.left,
          .dilation_h = w.dilation_h,
          .dilation_w = w.dilation_w};
}

/// 1 / number of positions that take part in each window; `in` and `out` are the tensors' shapes.
std::vector<float> position_weights(const AveragePool& op, const sim::Shape& in, const sim::Shape& out) {
  const Window2d& w = op.window;
  const auto count = [](std::int64_t o, std::int64_t stride, std::int64_t pad, std::int64_t kernel,
                        std::int64_t dilation, std::int64_t low, std::int64_t high) {
    std::int64_t n = 0;
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t position = o * stride - pad + k * dilation;
      n += position >= low && position < high ? 1 : 0;
    }
    return n;
  };
  const bool pads = op.count_include_pad;
  std::vector<float> weights;
  for (std::int64_t y = 0; y < out.height; ++y) {
    const std::int64_t rows = count(y, w.stride_h, w.pad_top, w.kernel_h, w.dilation_h, pads ? -w.pad_top : 0,
                                    in.height + (pads ? w.pad_bottom : 0));
    for (std::int64_t x = 0; x < out.width; ++x) {
      const std::int64_t columns = count(x, w.stride_w, w.pad_left, w.kernel_w, w.dilation_w,
                                         pads ? -w.pad_left : 0, in.width + (pads ? w.pad_right : 0));
      // A window without any position has no input either; its weight is never used.
      weights.push_back(1.0F / static_cast<float>(std::max<std::int64_t>(rows * columns, 1)));
    }
  }
  return weights;
}

}  // namespace

ChannelMap identity(const sim::Shape& shape) {
  return {.scale = std::vector<double>(index_of(shape.channels), 1.0)};
}

sim::Convolution convolution_kernel(const Convolution& op, const sim::Shape& source, const ChannelMap& map,
                                    const sim::Shape& out) {
  const std::int64_t group_in = op.in_channels / op.groups;
  const std::int64_t group_out = op.out_channels / op.groups;
  sim::Convolution kernel{.in = source,
                          .out = out,
                          .window = window_of(op.window, map),
                          .groups = op.groups,
                          .channels = op.out_channels};
  const std::int64_t area = op.window.kernel_h * op.window.kernel_w;
  kernel.weights.resize(index_of(source.channels * area * group_out));
  for (std::int64_t c = 0; c < source.channels; ++c) {
    const std::int64_t ic = map.first_channel + c;  // groups > 1: the term covers all channels
    for (std::int64_t k = 0; k < area; ++k) {
      for (std::int64_t o = 0; o < group_out; ++o) {
        const std::int64_t oc = ic / group_in * group_out + o;
        const float weight = op.weights[index_of((oc * group_in + ic % group_in) * area + k)];
        kernel.weights[index_of((c * area + k) * group_out + o)] =
            static_cast<float>(static_cast<double>(weight) * map.scale[index_of(c)]);
      }
    }
  }
  return kernel;
}

sim::AveragePool average_kernel(const AveragePool& op, const sim::Shape& source, const ChannelMap& map,
                                const sim::Shape& in, const sim::Shape& out) {
  sim::AveragePool kernel{.in = source,
                          .out = out,
                          .window = window_of(op.window, map),
                          .first_channel = map.first_channel,
                          .position_weight = position_weights(op, in, out)};
  for (const double scale : map.scale) {
    kernel.channel_weight.push_back(static_cast<float>(scale));
  }
  return kernel;
}

}  // namespace homolog::conversion
