#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/network/kernels.hpp"

namespace homolog::sim {

/// A sliding window along one axis: output o reads input o * stride - pad + k * dilation.
struct WindowAxis {
  std::int64_t in = 1;
  std::int64_t out = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t pad = 0;
  std::int64_t dilation = 1;
};

[[nodiscard]] WindowAxis vertical_axis(const Window& window, const Shape& in, const Shape& out);
[[nodiscard]] WindowAxis horizontal_axis(const Window& window, const Shape& in, const Shape& out);

/// Number of pairs (input, output) where the output reads the input; positions outside do not count.
[[nodiscard]] std::uint64_t window_pairs(const WindowAxis& axis);

/// The output in question reads input `in` through kernel element `kernel`.
struct Tap {
  std::uint32_t in = 0;
  std::uint32_t kernel = 0;
};

/// What every output of a window reads, positions outside the map left out. Memory is 8 bytes per pair.
class WindowTaps {
 public:
  /// With `block` > 1 an input of the axis stands for so many neighbouring ones: block * in, block * in + 1,
  /// ...
  explicit WindowTaps(const WindowAxis& axis, std::int64_t block = 1);
  /// In ascending order of the input.
  /// Inputs from the first to the last of an output, those between included, at most; at least 1.
  [[nodiscard]] std::size_t widest() const noexcept { return widest_; }
  [[nodiscard]] std::span<const Tap> of(std::size_t output) const noexcept {
    return std::span<const Tap>(taps_).subspan(first_[output], first_[output + 1] - first_[output]);
  }

 private:
  std::size_t widest_ = 1;
  std::vector<std::size_t> first_{0};
  std::vector<Tap> taps_{};
};

}  // namespace homolog::sim
