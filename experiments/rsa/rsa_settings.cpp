#include "experiments/rsa/rsa_settings.hpp"

#include <map>

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostDraws = 1000000;

std::map<std::string, Resample> resampling() {
  return {{"none", Resample::none},
          {"auto", Resample::automatic},
          {"stimuli", Resample::stimuli},
          {"subjects", Resample::subjects},
          {"both", Resample::both}};
}

}  // namespace

bool draws_stimuli(Resample resample) {
  return resample == Resample::automatic || resample == Resample::stimuli || resample == Resample::both;
}

bool draws_subjects(Resample resample, std::size_t subjects) {
  return subjects > 1 && resample != Resample::none && resample != Resample::stimuli;
}

InferenceSettings read_bootstrap(Parameters& inference, Resample by_default) {
  const std::map<std::string, Resample> known = resampling();
  std::vector<std::string> names;
  std::string default_name;
  for (const auto& [name, resample] : known) {
    names.push_back(name);
    default_name = resample == by_default ? name : default_name;
  }
  InferenceSettings settings;
  settings.resample = known.at(inference.choice("bootstrap", names, default_name));
  settings.samples = static_cast<std::size_t>(inference.integer("samples", 2, kMostDraws, 1000));
  settings.level = inference.number("level", 0.5, 0.9999, 0.95);
  return settings;
}

InferenceSettings read_inference(Parameters& analysis) {
  Parameters inference = analysis.map("inference");
  InferenceSettings settings = read_bootstrap(inference);
  settings.permutations = static_cast<std::size_t>(inference.integer("permutations", 0, kMostDraws, 0));
  settings.differences = inference.flag("differences", false);
  return settings;
}

}  // namespace homolog::experiments
