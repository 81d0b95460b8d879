#include "experiments/fusion/inference_keys.hpp"

#include <map>
#include <string>
#include <vector>

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostDraws = 1000000;

}  // namespace

InferenceSettings read_partition_inference(Parameters& analysis) {
  const std::map<std::string, Resample> known{{"none", Resample::none},
                                              {"auto", Resample::automatic},
                                              {"stimuli", Resample::stimuli},
                                              {"subjects", Resample::subjects},
                                              {"both", Resample::both}};
  std::vector<std::string> names;
  for (const auto& entry : known) {
    names.push_back(entry.first);
  }
  Parameters inference = analysis.map("inference");
  InferenceSettings settings;
  settings.resample = known.at(inference.choice("bootstrap", names, "auto"));
  settings.samples = static_cast<std::size_t>(inference.integer("samples", 2, kMostDraws, 1000));
  settings.level = inference.number("level", 0.5, 0.9999, 0.95);
  return settings;
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

bool draws_stimuli(Resample resample) {
  return resample == Resample::automatic || resample == Resample::stimuli || resample == Resample::both;
}

bool draws_subjects(Resample resample, std::size_t subjects) {
  return subjects > 1 && resample != Resample::none && resample != Resample::stimuli;
}

}  // namespace homolog::experiments
