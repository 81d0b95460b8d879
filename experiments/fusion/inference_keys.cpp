#include "experiments/fusion/inference_keys.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostDraws = 1000000;

}  // namespace

InferenceSettings read_partition_inference(Parameters& analysis) {
  Parameters inference = analysis.map("inference");
  return read_bootstrap(inference);
}

FusionOptions read_fusion_inference(Parameters& analysis) {
  Parameters inference = analysis.map("inference");
  FusionOptions options;
  options.bootstrap = inference.choice("bootstrap", {"none", "stimuli"}, "none") == "stimuli";
  options.samples = static_cast<std::size_t>(inference.integer("samples", 2, kMostDraws, 1000));
  options.level = inference.number("level", 0.5, 0.9999, 0.95);
  options.permutations = static_cast<std::size_t>(inference.integer("permutations", 0, kMostDraws, 1000));
  return options;
}

}  // namespace homolog::experiments
