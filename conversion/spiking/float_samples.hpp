#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/spiking/sample_positions.hpp"

namespace homolog::conversion {

/// Float values of one tensor at the sampled positions.
struct FloatSamples {
  std::size_t channels = 1;
  std::size_t area = 1;
  std::int64_t images = 1;
  SamplePositions positions;
  std::vector<float> values{};  ///< [channel][image][position]

  /// Of a tensor of `dims`, `wanted` samples of each channel from `images` images.
  FloatSamples(TensorId tensor, const Dims& dims, std::int64_t all_images, std::int64_t wanted)
      : channels(dims.empty() ? 1 : static_cast<std::size_t>(dims[0])),
        area(static_cast<std::size_t>(size_of(dims)) / channels),
        images(all_images),
        positions(static_cast<std::uint32_t>(tensor), static_cast<std::int64_t>(area), images, wanted),
        values(channels * static_cast<std::size_t>(images * positions.per_image())) {}

  void add(std::int64_t image, std::span<const float> map) {
    const std::size_t per_image = static_cast<std::size_t>(positions.per_image());
    const std::size_t all = static_cast<std::size_t>(images) * per_image;
    for (std::size_t j = 0; image < images && j < per_image; ++j) {
      const std::size_t position =
          static_cast<std::size_t>(positions.at(image, static_cast<std::int64_t>(j)));
      for (std::size_t c = 0; c < channels; ++c) {
        values[c * all + static_cast<std::size_t>(image) * per_image + j] = map[c * area + position];
      }
    }
  }
};

}  // namespace homolog::conversion
