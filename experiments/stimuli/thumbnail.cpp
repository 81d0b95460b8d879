#include "experiments/stimuli/thumbnail.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/stimuli/resize.hpp"

namespace homolog::experiments {
namespace {

std::uint8_t level(float pixel) {
  return std::isfinite(pixel) ? static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(pixel, 0.0F, 1.0F)))
                              : std::uint8_t{0};
}

/// [H, W, 3] of an image [C, H, W], C = 1 or 3.
std::vector<std::uint8_t> interleaved(const Image& image) {
  const auto places = static_cast<std::size_t>(image.height * image.width);
  std::vector<std::uint8_t> samples(3 * places);
  for (std::size_t c = 0; c < 3; ++c) {
    const std::size_t from = image.channels == 1 ? 0 : c * places;
    for (std::size_t place = 0; place < places; ++place) {
      samples[3 * place + c] = level(image.pixels[from + place]);
    }
  }
  return samples;
}

/// Of the side `length` of an image whose longer side is `longer`.
std::int64_t shrunk(std::int64_t length, std::int64_t longer) {
  if (longer <= kThumbnailSide) {
    return length;
  }
  const double exact = static_cast<double>(length) * kThumbnailSide / static_cast<double>(longer);
  return std::max<std::int64_t>(1, std::lround(exact));
}

}  // namespace

Thumbnails thumbnails(const Stimuli& stimuli) {
  Thumbnails all;
  const std::int64_t count = std::min(stimuli.size(), kMostThumbnails);
  std::int64_t height = 0;
  std::int64_t width = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const Image image = stimuli.at(i);
    if (i == 0) {
      height = image.height;
      width = image.width;
      all.height = shrunk(height, std::max(height, width));
      all.width = shrunk(width, std::max(height, width));
    }
    if ((image.channels != 1 && image.channels != 3) || image.height != height || image.width != width) {
      return {};
    }
    std::vector<std::uint8_t> samples = interleaved(image);
    if (all.height != height || all.width != width) {
      samples = resize_bilinear(samples, height, width, 3, all.height, all.width);
    }
    all.pixels.insert(all.pixels.end(), samples.begin(), samples.end());
    ++all.count;
  }
  return all;
}

}  // namespace homolog::experiments
