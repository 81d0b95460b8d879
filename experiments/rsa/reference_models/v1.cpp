#include "experiments/rsa/image_patterns.hpp"
#include "experiments/rsa/reference_model.hpp"
#include "experiments/rsa/v1_model.hpp"

namespace homolog::experiments {
namespace {

constexpr char kTitle[] = "V1 model (Gabor energy)";

V1Model model_for(const Stimuli& stimuli) {
  const Image first = stimuli.at(0);
  return V1Model(first.height, first.width);
}

}  // namespace

void register_v1(ReferenceModelRegistry& registry) {
  registry.add("v1", "complex cells of V1 as Gabor energy, computed from the stimuli",
               {.title = kTitle,
                .respond =
                    [](const Stimuli& stimuli, const Progress& progress) {
                      const V1Model model = model_for(stimuli);
                      return image_patterns(
                          kTitle, stimuli, [&](const Image& image) { return model.respond(image); },
                          progress);
                    },
                .units = [](const Stimuli& stimuli) { return model_for(stimuli).units(); }});
}

}  // namespace homolog::experiments
