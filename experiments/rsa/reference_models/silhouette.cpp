#include <algorithm>
#include <cmath>
#include <vector>

#include "experiments/rsa/image_patterns.hpp"
#include "experiments/rsa/reference_model.hpp"

namespace homolog::experiments {
namespace {

// Of pixels in [0, 1]: five grey levels, what a JPEG or a resized border leaves.
constexpr float kTolerance = 5.0F / 255.0F;

/// The median over the image's border, per channel.
std::vector<float> background(const Image& image) {
  std::vector<float> colour;
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const float* const pixels = image.pixels.data() + c * image.height * image.width;
    std::vector<float> border;
    for (std::int64_t y = 0; y < image.height; ++y) {
      for (std::int64_t x = 0; x < image.width; ++x) {
        if (y == 0 || x == 0 || y == image.height - 1 || x == image.width - 1) {
          border.push_back(pixels[y * image.width + x]);
        }
      }
    }
    const auto middle = border.begin() + static_cast<std::ptrdiff_t>(border.size() / 2);
    std::nth_element(border.begin(), middle, border.end());
    colour.push_back(*middle);
  }
  return colour;
}

/// 1 where the pixel differs from the background in some channel, else 0.
std::vector<float> silhouette(const Image& image) {
  const std::vector<float> colour = background(image);
  const auto area = static_cast<std::size_t>(image.height * image.width);
  std::vector<float> mask(area, 0.0F);
  for (std::size_t c = 0; c < colour.size(); ++c) {
    for (std::size_t k = 0; k < area; ++k) {
      if (std::abs(image.pixels[c * area + k] - colour[c]) > kTolerance) {
        mask[k] = 1.0F;
      }
    }
  }
  return mask;
}

}  // namespace

/// Objects on a uniform background (Kriegeskorte et al. 2008, doi:10.1016/j.neuron.2008.10.043).
void register_silhouette(ReferenceModelRegistry& registry) {
  registry.add("silhouette", "outline of an object on a uniform background: 1 on it, 0 beside it",
               {.title = "silhouette",
                .respond =
                    [](const Stimuli& stimuli, const Progress& progress) {
                      return image_patterns("silhouette", stimuli, silhouette, progress);
                    },
                .units =
                    [](const Stimuli& stimuli) {
                      const Image first = stimuli.at(0);
                      return first.height * first.width;
                    }});
}

}  // namespace homolog::experiments
