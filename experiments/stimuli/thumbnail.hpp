#pragma once

#include <cstdint>
#include <vector>

#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {

/// Largest height and width of a thumbnail, in pixels, and the most of them that a results file has.
inline constexpr std::int64_t kThumbnailSide = 32;
inline constexpr std::int64_t kMostThumbnails = 200;

/// Small pictures of stimuli, all of one size, for people to recognise them by.
struct Thumbnails {
  std::int64_t count = 0, height = 0, width = 0;
  std::vector<std::uint8_t> pixels{};  ///< [count, height, width, 3], red, green, blue
};

/// The first min(stimuli.size(), kMostThumbnails) stimuli, shrunk as resize_bilinear() does it until the
/// longer side is at most kThumbnailSide; smaller images keep their size. Grey gets three equal channels;
/// pixels beyond [0, 1] are clipped, those that are no number are black. Nothing (count 0) where an image has
/// neither 1 nor 3 channels, or another size than the first. Throws Error(data) as Stimuli::at() does.
[[nodiscard]] Thumbnails thumbnails(const Stimuli& stimuli);

}  // namespace homolog::experiments
