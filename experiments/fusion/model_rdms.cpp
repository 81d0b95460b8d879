#include "experiments/fusion/model_rdms.hpp"

#include <algorithm>
#include <utility>

#include "experiments/rsa/entry_checks.hpp"
#include "experiments/rsa/layer_choice.hpp"
#include "experiments/rsa/reference_set.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {
ModelRdms::ModelRdms(Parameters& parameters, const std::string& models_key)
    : patterns_(parameters.texts("layers", std::vector<std::string>{"all"})),
      where_(parameters.where("layers")) {
  settings_.representations = read_representations(parameters, {"float", "count"});
  settings_.dissimilarity = parameters.choice("dissimilarity", dissimilarities().names(), "correlation");
  settings_.noise = noise_covariances().find(parameters.choice("noise", noise_covariances().names(), "none"));
  settings_.models = read_references(parameters, models_key, {"file", "model"});
  std::vector<std::string> names{kModelCode};
  for (const std::string& name : this->names()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      parameters.fail(models_key, "'" + name + "' names a code and a model; expected another name");
    }
    names.push_back(name);
  }
}

std::vector<std::string> ModelRdms::names() const {
  std::vector<std::string> names;
  for (const Representation& code : settings_.representations) {
    names.push_back(code.label);
  }
  for (const ReferenceSpec& model : settings_.models) {
    names.push_back(model.name);
  }
  return names;
}

std::vector<RepresentationKey> ModelRdms::prepare(const AnalysisPlan& plan, const std::string& analysis) {
  settings_.layers = select_layers(patterns_, plan.layers, where_);
  check_stimuli(analysis, plan.stimuli->size(), where_);
  check_dissimilarity(settings_.dissimilarity, settings_.noise, plan.repetitions, where_);
  loaded_ = load_references(settings_.models, *plan.stimuli);
  return choose_layers(settings_.layers, settings_.representations, plan, where_, settings_.missing);
}

Candidates ModelRdms::compute(const AnalysisInputs& inputs, const Progress& progress) const {
  if (inputs.warn) {
    for (const auto& [label, layer] : settings_.missing) {
      inputs.warn("layer " + layer + " cannot be represented by " + label + "; it is left out");
    }
  }
  return compute_candidates(settings_, loaded_, maker(inputs), {}, progress);
}

std::uint64_t bytes_of_rdms(std::uint64_t rdms, std::uint64_t n) {
  const std::uint64_t pairs = Rdm::pair_count(static_cast<std::size_t>(n));
  const std::uint64_t kept = pairs * (sizeof(double) + 2 * sizeof(std::uint32_t));
  const std::uint64_t block =
      (2 * sizeof(float) + sizeof(double)) * n * static_cast<std::uint64_t>(kBlockUnits);
  return rdms * kept + sizeof(double) * n * n + block;
}

}  // namespace homolog::experiments
