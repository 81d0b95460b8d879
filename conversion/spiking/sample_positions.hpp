#pragma once

#include <cstdint>

namespace homolog::conversion {

/// Which positions of a map are looked at on each calibration image: all, or `per_image` of them drawn at
/// random (with replacement), for all channels the same. Depends on the arguments alone.
class SamplePositions {
 public:
  /// So many per image that `images` of them give at least `wanted` positions, if the maps have as many.
  SamplePositions(std::uint32_t key, std::int64_t area, std::int64_t images, std::int64_t wanted);

  [[nodiscard]] std::int64_t per_image() const noexcept { return per_image_; }
  /// Whether every position of a map is looked at.
  [[nodiscard]] bool all() const noexcept { return per_image_ == area_; }
  /// Sample `j` < per_image() of `image`: y * width + x.
  [[nodiscard]] std::int64_t at(std::int64_t image, std::int64_t j) const noexcept;

 private:
  std::uint32_t key_;
  std::int64_t area_;
  std::int64_t per_image_;
};

}  // namespace homolog::conversion
