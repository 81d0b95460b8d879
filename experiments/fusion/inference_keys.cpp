#include "experiments/fusion/inference_keys.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostPermutations = 1000000;
constexpr std::size_t kSeveral = 2;  // subjects: of how many is asked when they are known

}  // namespace

InferenceSettings read_partition_inference(Parameters& analysis) {
  Parameters inference = analysis.map("inference");
  return read_bootstrap(inference);
}

FusionOptions read_fusion_inference(Parameters& analysis) {
  Parameters inference = analysis.map("inference");
  FusionOptions options;
  const InferenceSettings settings = read_bootstrap(inference, Resample::none);
  options.stimuli = draws_stimuli(settings.resample);
  options.subjects = draws_subjects(settings.resample, kSeveral);
  options.samples = settings.samples;
  options.level = settings.level;
  options.permutations =
      static_cast<std::size_t>(inference.integer("permutations", 0, kMostPermutations, 1000));
  return options;
}

}  // namespace homolog::experiments
