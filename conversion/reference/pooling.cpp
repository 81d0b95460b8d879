#include <algorithm>

#include "conversion/reference/primitives.hpp"
#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

namespace {

/// A window along one axis: tap k of output position o lies at o * stride - pad_near + k * dilation.
struct Axis {
  std::int64_t in = 0, out = 0;
  std::int64_t kernel = 1, stride = 1, dilation = 1;
  std::int64_t pad_near = 0, pad_far = 0;

  [[nodiscard]] std::int64_t tap(std::int64_t o, std::int64_t k) const {
    return o * stride - pad_near + k * dilation;
  }
  /// Taps of output o that a mean counts: those inside the map, or also those in the explicit pads.
  [[nodiscard]] std::int64_t counted(std::int64_t o, bool count_pads) const {
    const std::int64_t low = count_pads ? -pad_near : 0;
    const std::int64_t high = count_pads ? in + pad_far : in;
    std::int64_t count = 0;
    for (std::int64_t k = 0; k < kernel; ++k) {
      count += tap(o, k) >= low && tap(o, k) < high ? 1 : 0;
    }
    return count;
  }
  /// The far pad that the last window reaches, >= pad_far: ceil_mode may make it larger.
  [[nodiscard]] std::int64_t reach() const { return std::max(pad_far, tap(out - 1, kernel - 1) + 1 - in); }
};

struct Axes {
  Axis y{};
  Axis x{};
  std::int64_t maps = 0;  ///< batch * channels
};

Axes axes_of(const Builder& builder, const FusedStep& step, const Window2d& w) {
  const Dims& in = builder.dims(step.inputs[0]);
  const Dims& out = builder.dims(step.output);
  return {.y = {.in = in[1],
                .out = out[1],
                .kernel = w.kernel_h,
                .stride = w.stride_h,
                .dilation = w.dilation_h,
                .pad_near = w.pad_top,
                .pad_far = w.pad_bottom},
          .x = {.in = in[2],
                .out = out[2],
                .kernel = w.kernel_w,
                .stride = w.stride_w,
                .dilation = w.dilation_w,
                .pad_near = w.pad_left,
                .pad_far = w.pad_right},
          .maps = builder.batch() * in[0]};
}

void pool_by_onednn(Builder& builder, const FusedStep& step, const Axes& axes, dnnl::algorithm algorithm) {
  const Axis& y = axes.y;
  const Axis& x = axes.x;
  const memory::desc layout = builder.layout(step.inputs[0]);
  const memory::dims strides{y.stride, x.stride};
  const memory::dims kernel{y.kernel, x.kernel};
  const memory::dims gaps{y.dilation - 1, x.dilation - 1};
  const memory::dims pad_near{y.pad_near, x.pad_near};
  const memory::dims pad_far{y.reach(), x.reach()};
  const auto description =
      describe<PoolingPrimitive>(builder.engine(), Builder::attributes(), algorithm, layout,
                                 builder.any(step.output), strides, kernel, gaps, pad_near, pad_far);
  const memory source = builder.read(step.inputs[0], layout);
  const memory result = builder.write(step.output, description.dst_desc());
  builder.call(description, PoolingPrimitive(description), {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}});
}

/// Sum of the window's positions inside the map.
double window_sum(const Axes& axes, const float* map, std::int64_t oy, std::int64_t ox) {
  double sum = 0.0;
  for (std::int64_t ky = 0; ky < axes.y.kernel; ++ky) {
    const std::int64_t iy = axes.y.tap(oy, ky);
    if (iy < 0 || iy >= axes.y.in) {
      continue;
    }
    for (std::int64_t kx = 0; kx < axes.x.kernel; ++kx) {
      const std::int64_t ix = axes.x.tap(ox, kx);
      if (ix >= 0 && ix < axes.x.in) {
        sum += static_cast<double>(map[iy * axes.x.in + ix]);
      }
    }
  }
  return sum;
}

/// For windows that oneDNN does not know.
void average_by_loop(Builder& builder, const FusedStep& step, const Axes& axes, bool count_pads) {
  const memory source = builder.read(step.inputs[0], builder.plain(step.inputs[0]));
  const memory result = builder.write(step.output, builder.plain(step.output));
  builder.call([axes, count_pads, source, result](dnnl::stream& /*stream*/) {
    const auto* map = static_cast<const float*>(source.get_data_handle());
    auto* out = static_cast<float*>(result.get_data_handle());
    for (std::int64_t m = 0; m < axes.maps; ++m) {
      for (std::int64_t oy = 0; oy < axes.y.out; ++oy) {
        for (std::int64_t ox = 0; ox < axes.x.out; ++ox) {
          const std::int64_t count = axes.y.counted(oy, count_pads) * axes.x.counted(ox, count_pads);
          *out++ = static_cast<float>(window_sum(axes, map, oy, ox) / static_cast<double>(count));
        }
      }
      map += axes.y.in * axes.x.in;
    }
  });
}

}  // namespace

void build(Builder& builder, const FusedStep& step, const MaxPool& op) {
  pool_by_onednn(builder, step, axes_of(builder, step, op.window), dnnl::algorithm::pooling_max);
}

// oneDNN divides either by the number of positions inside the map or by the kernel's size. The latter is
// wrong where a window reaches beyond the explicit pads, as ceil_mode allows.
void build(Builder& builder, const FusedStep& step, const AveragePool& op) {
  const Axes axes = axes_of(builder, step, op.window);
  const bool within_pads = axes.y.reach() == axes.y.pad_far && axes.x.reach() == axes.x.pad_far;
  const bool dilated = axes.y.dilation != 1 || axes.x.dilation != 1;
  if (dilated || (op.count_include_pad && !within_pads)) {
    average_by_loop(builder, step, axes, op.count_include_pad);
  } else {
    pool_by_onednn(builder, step, axes,
                   op.count_include_pad ? dnnl::algorithm::pooling_avg_include_padding
                                        : dnnl::algorithm::pooling_avg_exclude_padding);
  }
}

}  // namespace homolog::conversion::reference
