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

/// Output `out` reads the input in question through kernel element `kernel`.
struct Tap {
  std::uint32_t kernel = 0;
  std::uint32_t out = 0;
};

/// The same window seen from its inputs: who reads input i? Memory is 8 bytes per pair.
class WindowTaps {
 public:
  explicit WindowTaps(const WindowAxis& axis);
  /// In ascending order of the output.
  [[nodiscard]] std::span<const Tap> of(std::size_t input) const noexcept {
    return std::span<const Tap>(taps_).subspan(first_[input], first_[input + 1] - first_[input]);
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<Tap> taps_;
};

}  // namespace homolog::sim
