#include "sim/network/window.hpp"

#include <algorithm>

namespace homolog::sim {
namespace {

/// Kernel elements [first, last] of output `o` that lie inside the map; first > last if there are none.
struct KernelRange {
  std::int64_t first = 0;
  std::int64_t last = -1;
  [[nodiscard]] std::int64_t size() const noexcept { return std::max<std::int64_t>(0, last - first + 1); }
};

KernelRange inside(const WindowAxis& axis, std::int64_t o) {
  const std::int64_t origin = o * axis.stride - axis.pad;
  if (origin >= axis.in) {
    return {};
  }
  KernelRange range;
  range.first = origin < 0 ? (-origin + axis.dilation - 1) / axis.dilation : 0;
  range.last = std::min(axis.kernel - 1, (axis.in - 1 - origin) / axis.dilation);
  return range;
}

}  // namespace

WindowAxis vertical_axis(const Window& window, const Shape& in, const Shape& out) {
  return {.in = in.height,
          .out = out.height,
          .kernel = window.kernel_h,
          .stride = window.stride_h,
          .pad = window.pad_top,
          .dilation = window.dilation_h};
}

WindowAxis horizontal_axis(const Window& window, const Shape& in, const Shape& out) {
  return {.in = in.width,
          .out = out.width,
          .kernel = window.kernel_w,
          .stride = window.stride_w,
          .pad = window.pad_left,
          .dilation = window.dilation_w};
}

std::uint64_t window_pairs(const WindowAxis& axis) {
  std::uint64_t pairs = 0;
  for (std::int64_t o = 0; o < axis.out; ++o) {
    pairs += static_cast<std::uint64_t>(inside(axis, o).size());
  }
  return pairs;
}

WindowTaps::WindowTaps(const WindowAxis& axis, std::int64_t block) {
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const KernelRange range = inside(axis, o);
    for (std::int64_t k = range.first; k <= range.last; ++k) {
      const std::int64_t in = (o * axis.stride - axis.pad + k * axis.dilation) * block;
      for (std::int64_t i = 0; i < block; ++i) {
        taps_.push_back({.in = static_cast<std::uint32_t>(in + i), .kernel = static_cast<std::uint32_t>(k)});
      }
    }
    if (taps_.size() > first_.back()) {
      widest_ = std::max<std::size_t>(widest_, taps_.back().in - taps_[first_.back()].in + 1);
    }
    first_.push_back(taps_.size());
  }
}

}  // namespace homolog::sim
