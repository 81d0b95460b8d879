#include "experiments/stimuli/resize.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

// Weights are whole multiples of 2^-22, the finest with which a sum of 8-bit samples fits 32 bits.
constexpr int kFractionBits = 32 - 8 - 2;

/// One output sample: the input samples first, first + 1, ... weighted.
struct Window {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights{};
};

/// The triangle filter sampled for every output position along one axis. When shrinking, the triangle is
/// as much wider as the image gets smaller, so that every input sample counts (antialiasing).
std::vector<Window> windows(std::int64_t size, std::int64_t new_size) {
  const double scale = static_cast<double>(size) / static_cast<double>(new_size);
  const double half_width = std::max(scale, 1.0);
  std::vector<Window> result(static_cast<std::size_t>(new_size));
  std::vector<double> weights;
  for (std::int64_t i = 0; i < new_size; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(centre - half_width + 0.5));
    const auto last = std::min<std::int64_t>(size, static_cast<std::int64_t>(centre + half_width + 0.5));
    weights.clear();
    double sum = 0;
    for (std::int64_t j = first; j < last; ++j) {
      // Times the reciprocal, not divided: Pillow's last bit.
      const double distance = std::abs((static_cast<double>(j) - centre + 0.5) * (1.0 / half_width));
      weights.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
      sum += weights.back();
    }
    Window& window = result[static_cast<std::size_t>(i)];
    window.first = first;
    for (const double weight : weights) {  // never negative, so + 0.5 rounds to nearest
      window.weights.push_back(static_cast<std::int32_t>(0.5 + weight / sum * (1 << kFractionBits)));
    }
  }
  return result;
}

std::uint8_t rounded(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255));
}

constexpr std::int32_t kHalf = 1 << (kFractionBits - 1);

std::vector<std::uint8_t> resize_rows(std::span<const std::uint8_t> image, std::int64_t height,
                                      std::int64_t width, std::int64_t channels, std::int64_t new_width) {
  const auto columns = windows(width, new_width);
  std::vector<std::uint8_t> result(static_cast<std::size_t>(height * new_width * channels));
  std::size_t out = 0;
  for (std::int64_t y = 0; y < height; ++y) {
    for (const Window& window : columns) {
      for (std::int64_t c = 0; c < channels; ++c) {
        auto in = static_cast<std::size_t>((y * width + window.first) * channels + c);
        std::int32_t sum = kHalf;
        for (const std::int32_t weight : window.weights) {
          sum += weight * image[in];
          in += static_cast<std::size_t>(channels);
        }
        result[out++] = rounded(sum);
      }
    }
  }
  return result;
}

std::vector<std::uint8_t> resize_columns(std::span<const std::uint8_t> image, std::int64_t height,
                                         std::int64_t row_length, std::int64_t new_height) {
  const auto rows = windows(height, new_height);
  const auto length = static_cast<std::size_t>(row_length);
  std::vector<std::uint8_t> result(static_cast<std::size_t>(new_height) * length);
  std::vector<std::int32_t> sums(length);
  std::size_t out = 0;
  for (const Window& window : rows) {
    std::fill(sums.begin(), sums.end(), kHalf);
    auto in = static_cast<std::size_t>(window.first) * length;
    for (const std::int32_t weight : window.weights) {
      for (std::size_t x = 0; x < length; ++x) {
        sums[x] += weight * image[in++];
      }
    }
    for (const std::int32_t sum : sums) {
      result[out++] = rounded(sum);
    }
  }
  return result;
}

}  // namespace

std::vector<std::uint8_t> resize_bilinear(std::span<const std::uint8_t> image, std::int64_t height,
                                          std::int64_t width, std::int64_t channels, std::int64_t new_height,
                                          std::int64_t new_width) {
  if (height < 1 || width < 1 || channels < 1 || new_height < 1 || new_width < 1 ||
      image.size() != static_cast<std::size_t>(height * width * channels)) {
    throw Error(ErrorKind::internal, "resize_bilinear: the sizes do not fit the image");
  }
  std::vector<std::uint8_t> result(image.begin(), image.end());
  if (new_width != width) {
    result = resize_rows(result, height, width, channels, new_width);
  }
  if (new_height != height) {
    result = resize_columns(result, height, new_width * channels, new_height);
  }
  return result;
}

}  // namespace homolog::experiments
