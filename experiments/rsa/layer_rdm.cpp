#include "experiments/rsa/layer_rdm.hpp"

#include <memory>
#include <utility>

#include "experiments/rsa/reference_model.hpp"

namespace homolog::experiments {

RdmMaker::RdmMaker(const AnalysisInputs& analysis_inputs, const std::string& dissimilarity_name,
                   NoiseCovariance covariance)
    : inputs(&analysis_inputs),
      name(dissimilarity_name),
      dissimilarity(dissimilarities().find(dissimilarity_name)),
      noise(covariance) {}

Rdm RdmMaker::of(const Patterns& patterns, const Progress& progress) const {
  DissimilarityResult result = dissimilarity(patterns, {.progress = progress, .noise = noise});
  if (result.undefined_patterns > 0 && inputs->warn) {
    inputs->warn(patterns.name() + ": " + std::to_string(result.undefined_patterns) + " of " +
                 std::to_string(patterns.count()) + " response patterns have no defined " + name +
                 " dissimilarity (constant, or zero in all units); it was set to 1");
  }
  return std::move(result.rdm);
}

Rdm RdmMaker::of(const std::string& layer, const Representation& representation,
                 const Progress& progress) const {
  const LayerSource source{.representations = inputs->representations,
                           .layer = layer,
                           .repetitions = inputs->repetitions,
                           .steps = inputs->steps,
                           .step_ms = inputs->step_ms,
                           .seed = inputs->seed};
  return representation.rdm ? representation.rdm(source, progress)
                            : of(*representation.patterns(source), progress);
}

Rdm RdmMaker::of(const ModelReference& model, const Progress& progress) const {
  const ReferenceModel entry = reference_models().find(model.model);
  if (entry.rdm) {
    return entry.rdm(*inputs->stimuli);
  }
  const std::unique_ptr<Patterns> patterns = entry.respond(*inputs->stimuli, part_of(progress, 0.0, 0.5));
  const RdmMaker plain(*inputs, plain_name(), NoiseCovariance::none);
  return plain.of(*patterns, part_of(progress, 0.5, 1.0));
}

}  // namespace homolog::experiments
