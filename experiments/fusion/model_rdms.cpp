#include "experiments/fusion/model_rdms.hpp"

#include <algorithm>
#include <utility>

#include "experiments/rsa/layer_choice.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kFewestStimuli = 3;    // as of rsa
constexpr std::int64_t kMostStimuli = 10000;  // an RDM of 50 million pairs

}  // namespace

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
  const std::int64_t stimuli = plan.stimuli->size();
  if (stimuli < kFewestStimuli || stimuli > kMostStimuli) {
    throw Error(ErrorKind::config,
                analysis + " cannot compare RDMs of " + std::to_string(stimuli) + " stimuli; expected " +
                    std::to_string(kFewestStimuli) + " to " + std::to_string(kMostStimuli) +
                    " (see stimuli.count)",
                where_);
  }
  check_dissimilarity(plan);
  loaded_ = load_references(settings_.models, ids_of(*plan.stimuli));
  return choose_layers(settings_.layers, settings_.representations, plan, where_, settings_.missing);
}

void ModelRdms::check_dissimilarity(const AnalysisPlan& plan) const {
  const Dissimilarity dissimilarity = dissimilarities().find(settings_.dissimilarity);
  const bool noise = settings_.noise != NoiseCovariance::none;
  if (noise && !dissimilarity.takes_noise) {
    throw Error(ErrorKind::config,
                "a noise covariance has no effect on dissimilarity " + settings_.dissimilarity +
                    "; expected none, or mahalanobis or crossnobis",
                where_);
  }
  if (plan.repetitions < 2 && (noise || dissimilarity.repetitions == Repetitions::folds)) {
    throw Error(ErrorKind::config,
                "dissimilarity " + settings_.dissimilarity + (noise ? " with a noise covariance" : "") +
                    " needs every stimulus at least twice; see stimuli.repetitions (and input: poisson)",
                where_);
  }
}

Candidates ModelRdms::compute(const AnalysisInputs& inputs, const Progress& progress) const {
  if (inputs.warn) {
    for (const auto& [label, layer] : settings_.missing) {
      inputs.warn("layer " + layer + " cannot be represented by " + label + "; it is left out");
    }
  }
  return compute_candidates(settings_, loaded_, maker(inputs), {}, progress);
}

std::vector<std::vector<Rdm>> load_references(const std::vector<ReferenceSpec>& specs,
                                              const std::vector<std::string>& ids) {
  std::vector<std::vector<Rdm>> loaded;
  for (const ReferenceSpec& spec : specs) {
    const auto* file = std::get_if<FileReference>(&spec.source);
    loaded.push_back(file != nullptr ? load_reference(*file, ids) : std::vector<Rdm>{});
  }
  return loaded;
}

std::uint64_t bytes_of_rdms(std::uint64_t rdms, std::uint64_t n) {
  const std::uint64_t pairs = Rdm::pair_count(static_cast<std::size_t>(n));
  const std::uint64_t kept = pairs * (sizeof(double) + 2 * sizeof(std::uint32_t));
  const std::uint64_t block = (sizeof(float) + sizeof(double)) * n * static_cast<std::uint64_t>(kBlockUnits);
  return rdms * kept + sizeof(double) * n * n + block;
}

}  // namespace homolog::experiments
