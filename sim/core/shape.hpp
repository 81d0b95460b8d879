#pragma once

// Axis order, stated once for the whole project.
//
// At every border (files, reports, ONNX, float activations, images) a map is [C, H, W], row-major:
//   chw = (c * H + y) * W + x.
// Inside sim/ units are channel-innermost, [H, W, C]:
//   hwc = (y * W + x) * C + c,
// so that one spike adds a contiguous row of weights [IC, KH, KW, OC]. The functions below are the
// only place where the two meet.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace homolog::sim {

/// Index of a unit in its population, channel-innermost.
using UnitId = std::uint32_t;

/// Extent of a population or a map. All extents >= 1 in a valid shape.
struct Shape {
  std::int64_t channels = 0;
  std::int64_t height = 1;
  std::int64_t width = 1;

  /// Number of units. Precondition: valid (see checked_size).
  [[nodiscard]] constexpr std::int64_t size() const noexcept { return channels * height * width; }
  /// Number of positions of the map, H * W.
  [[nodiscard]] constexpr std::int64_t area() const noexcept { return height * width; }

  friend bool operator==(const Shape&, const Shape&) = default;
};

/// "16x24x24".
[[nodiscard]] std::string to_string(const Shape& shape);

/// channels * height * width. Throws Error(internal) if an extent is < 1 or the product does not fit
/// a UnitId: importers check sizes before they build shapes.
[[nodiscard]] std::int64_t checked_size(const Shape& shape);

/// Unit (channel c, row y, column x) as channel-innermost index.
[[nodiscard]] constexpr UnitId hwc_index(const Shape& s, std::int64_t c, std::int64_t y,
                                         std::int64_t x) noexcept {
  return static_cast<UnitId>((y * s.width + x) * s.channels + c);
}

/// Index in C,H,W order (files, ONNX) of the unit with channel-innermost index `hwc`.
[[nodiscard]] constexpr UnitId chw_from_hwc(const Shape& s, UnitId hwc) noexcept {
  const auto position = static_cast<std::int64_t>(hwc) / s.channels;
  const auto channel = static_cast<std::int64_t>(hwc) % s.channels;
  return static_cast<UnitId>(channel * s.area() + position);
}

/// Channel-innermost index of the unit with index `chw` in C,H,W order.
[[nodiscard]] constexpr UnitId hwc_from_chw(const Shape& s, UnitId chw) noexcept {
  const auto channel = static_cast<std::int64_t>(chw) / s.area();
  const auto position = static_cast<std::int64_t>(chw) % s.area();
  return static_cast<UnitId>(position * s.channels + channel);
}

/// Values [C,H,W] rearranged to [H,W,C]; values.size() must be shape.size().
[[nodiscard]] std::vector<float> hwc_values(const Shape& shape, std::span<const float> chw);
/// Values [H,W,C] rearranged to [C,H,W]; values.size() must be shape.size().
[[nodiscard]] std::vector<float> chw_values(const Shape& shape, std::span<const float> hwc);

}  // namespace homolog::sim
