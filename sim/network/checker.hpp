#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/network/kernels.hpp"

namespace homolog::sim {

// Keeps o * stride - pad + k * dilation far from overflow, since extents fit 32 bits.
inline constexpr std::int64_t kLargestWindowNumber = std::int64_t{1} << 30;

inline bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

/// Throws with the same beginning: "population 2 'conv1': " or "projection 3 ('conv1' -> 'fc'): ".
class Checker {
 public:
  explicit Checker(std::string subject) : subject_(std::move(subject)) {}

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorKind::internal, subject_ + ": " + message);
  }
  void require(bool holds, const std::string& message) const {
    if (!holds) {
      fail(message);
    }
  }
  void shape(const std::string& what, const Shape& given, const Shape& population) const {
    require(given == population,
            "kernel " + what + " " + to_string(given) + " is not the population's " + to_string(population));
  }
  void window(const Window& window) const {
    for (const std::int64_t extent : {window.kernel_h, window.kernel_w, window.stride_h, window.stride_w,
                                      window.dilation_h, window.dilation_w}) {
      require(
          extent >= 1 && extent <= kLargestWindowNumber,
          "a window's kernel, stride or dilation is " + std::to_string(extent) + "; must be in 1 .. 2^30");
    }
    for (const std::int64_t pad : {window.pad_top, window.pad_left}) {
      require(pad >= -kLargestWindowNumber && pad <= kLargestWindowNumber,
              "padding is " + std::to_string(pad) + "; must be within 2^30");
    }
  }
  void channels(std::int64_t first, std::int64_t count, const Shape& out) const {
    require(count >= 1, "the kernel has " + std::to_string(count) + " channels; must be at least 1");
    require(first >= 0 && count <= out.channels && first <= out.channels - count,
            "channels " + std::to_string(first) + " .. " + std::to_string(first + count - 1) +
                " are not in the target's " + std::to_string(out.channels));
  }
  void count(const std::string& what, std::size_t given, std::initializer_list<std::int64_t> extents) const {
    std::int64_t count = 1;
    for (const std::int64_t extent : extents) {
      require(!__builtin_mul_overflow(count, extent, &count), what + ": their number overflows");
    }
    require(given == static_cast<std::size_t>(count),
            std::to_string(given) + " " + what + " given; must be " + std::to_string(count));
  }
  void values(const std::string& what, std::span<const float> given,
              std::initializer_list<std::int64_t> extents) const {
    count(what, given.size(), extents);
    require(all_finite(given), what + " are not all finite");
  }

 private:
  std::string subject_;
};

}  // namespace homolog::sim
