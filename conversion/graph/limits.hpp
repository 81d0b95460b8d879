#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "conversion/graph/float_graph.hpp"

// What a file may ask for. Every size that comes from a file is held against these before anything is
// allocated for it.

namespace homolog::conversion {

/// Elements of one tensor of one image, and of all tensors of one image together (8 GB of floats).
inline constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;
/// Weights, biases, scales and shifts of a whole network (2 GB of floats, as much as an ONNX file holds).
inline constexpr std::int64_t kMaxParameters = std::int64_t{1} << 29;
/// Values made by repeating constants along axes (numpy's broadcasting), of a whole network (64 MB).
inline constexpr std::int64_t kMaxBroadcast = std::int64_t{1} << 24;
/// Axes of a tensor without the batch.
inline constexpr std::size_t kMaxAxes = 8;
/// Rows or columns of padding on one side of a map.
inline constexpr std::int64_t kMaxPad = 65535;

/// Product of the extents; nothing if one is < 0 or the product exceeds kMaxElements.
[[nodiscard]] inline std::optional<std::int64_t> checked_size_of(const Dims& dims) noexcept {
  std::int64_t size = 1;
  for (const std::int64_t extent : dims) {
    if (extent < 0 || extent > kMaxElements) {
      return std::nullopt;
    }
    size *= extent;  // both factors < 2^31
    if (size > kMaxElements) {
      return std::nullopt;
    }
  }
  return size;
}

}  // namespace homolog::conversion
