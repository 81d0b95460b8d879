#include "experiments/rsa/image_patterns.hpp"
#include "experiments/rsa/reference_model.hpp"

namespace homolog::experiments {

/// The image itself: what a representation must go beyond.
void register_pixels(ReferenceModelRegistry& registry) {
  registry.add(
      "pixels", "the stimuli's pixels, all channels",
      {.title = "pixels",
       .respond =
           [](const Stimuli& stimuli, const Progress& progress) {
             return image_patterns(
                 "pixels", stimuli, [](const Image& image) { return image.pixels; }, progress);
           },
       .units =
           [](const Stimuli& stimuli) { return static_cast<std::int64_t>(stimuli.at(0).pixels.size()); }});
}

}  // namespace homolog::experiments
