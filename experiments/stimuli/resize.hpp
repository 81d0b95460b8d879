#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Bilinear resize of one 8-bit interleaved image [H, W, C], as Pillow's Image.resize(BILINEAR) does it:
/// half-pixel centres, the triangle filter widened when shrinking (antialiased), horizontal pass first,
/// 8-bit result of each pass with Pillow's fixed-point rounding, so that the bytes are the same.
[[nodiscard]] std::vector<std::uint8_t> resize_bilinear(std::span<const std::uint8_t> image,
                                                        std::int64_t height, std::int64_t width,
                                                        std::int64_t channels, std::int64_t new_height,
                                                        std::int64_t new_width);

}  // namespace homolog::experiments
