#include "conversion/spiking/apply_kernel.hpp"

#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

/// Calls visit(oy, ox, ky, kx) for every output position whose window contains (y, x).
template <class Visit>
void for_each_window(const sim::Window& w, const sim::Shape& out, std::int64_t y, std::int64_t x,
                     const Visit& visit) {
  for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
    const std::int64_t from_y = y + w.pad_top - ky * w.dilation_h;
    if (from_y < 0 || from_y % w.stride_h != 0 || from_y / w.stride_h >= out.height) {
      continue;
    }
    for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
      const std::int64_t from_x = x + w.pad_left - kx * w.dilation_w;
      if (from_x < 0 || from_x % w.stride_w != 0 || from_x / w.stride_w >= out.width) {
        continue;
      }
      visit(from_y / w.stride_h, from_x / w.stride_w, ky, kx);
    }
  }
}

/// Weight i of a kernel, which leads to the kernel's output channel `oc`.
template <class AnyKernel>
double weight_of(const AnyKernel& k, std::size_t i, std::size_t oc) {
  return k.int8.values.empty() ? static_cast<double>(k.weights[i])
                               : static_cast<double>(k.int8.scale[oc]) * k.int8.values[i];
}

struct Apply {
  std::span<const double> in;
  std::span<double> out;

  /// Calls visit(c, y, x, value) for every non-zero source unit.
  template <class Visit>
  void for_each_source(const sim::Shape& shape, const Visit& visit) const {
    std::size_t unit = 0;
    for (std::int64_t y = 0; y < shape.height; ++y) {
      for (std::int64_t x = 0; x < shape.width; ++x) {
        for (std::int64_t c = 0; c < shape.channels; ++c, ++unit) {
          if (in[unit] != 0.0) {
            visit(c, y, x, in[unit]);
          }
        }
      }
    }
  }

  void operator()(const sim::Convolution& k) const {
    const std::int64_t group_in = k.in.channels / k.groups;
    const std::int64_t group_out = k.channels / k.groups;
    const sim::Shape blocks = k.blocks();
    for_each_source(k.in, [&](std::int64_t c, std::int64_t source_y, std::int64_t source_x, double value) {
      const std::int64_t y = source_y / k.pool_h;
      const std::int64_t x = source_x / k.pool_w;
      if (y >= blocks.height || x >= blocks.width) {
        return;  // a rest that fills no block
      }
      for_each_window(
          k.window, k.out, y, x, [&](std::int64_t oy, std::int64_t ox, std::int64_t ky, std::int64_t kx) {
            const auto row =
                static_cast<std::size_t>(((c * k.window.kernel_h + ky) * k.window.kernel_w + kx) * group_out);
            const std::int64_t first = c / group_in * group_out;
            const std::size_t target = sim::hwc_index(k.out, k.first_channel + first, oy, ox);
            for (std::size_t oc = 0; oc < static_cast<std::size_t>(group_out); ++oc) {
              out[target + oc] += value * weight_of(k, row + oc, static_cast<std::size_t>(first) + oc);
            }
          });
    });
  }

  void operator()(const sim::Dense& k) const {
    const auto columns = static_cast<std::size_t>(k.channels);
    for (std::size_t unit = 0; unit < in.size(); ++unit) {
      if (in[unit] != 0.0) {
        for (std::size_t o = 0; o < columns; ++o) {
          out[static_cast<std::size_t>(k.first_channel) + o] +=
              in[unit] * weight_of(k, unit * columns + o, o);
        }
      }
    }
  }

  void operator()(const sim::AveragePool& k) const {
    for_each_source(k.in, [&](std::int64_t c, std::int64_t y, std::int64_t x, double value) {
      for_each_window(
          k.window, k.out, y, x,
          [&](std::int64_t oy, std::int64_t ox, std::int64_t /*ky*/, std::int64_t /*kx*/) {
            out[sim::hwc_index(k.out, k.first_channel + c, oy, ox)] +=
                value *
                static_cast<double>(k.position_weight[static_cast<std::size_t>(oy * k.out.width + ox)]) *
                static_cast<double>(k.channel_weight[static_cast<std::size_t>(c)]);
          });
    });
  }

  void operator()(const sim::OneToOne& k) const {
    for (std::size_t unit = 0; unit < in.size(); ++unit) {
      if (k.target[unit] != sim::kNoUnit) {
        out[k.target[unit]] += in[unit] * static_cast<double>(k.weight[unit]);
      }
    }
  }

  void operator()(const sim::MaxPool& /*kernel*/) const {
    throw Error(ErrorKind::internal, "max pooling is not a linear map");
  }
};

}  // namespace

void apply_kernel(const sim::Kernel& kernel, std::span<const double> in, std::span<double> out) {
  std::visit(Apply{in, out}, kernel);
}

}  // namespace homolog::conversion
