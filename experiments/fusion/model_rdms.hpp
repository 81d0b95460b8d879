#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/candidates.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// The models that variance and fusion are about: layers in their codes, and further RDMs. Reads and prepares
/// what both analyses have in common.
class ModelRdms {
 public:
  /// Reads layers, codes, representations, dissimilarity, noise, and the further models from the sequence
  /// `models_key`. Throws Error(config), also for a name that two of the models have.
  ModelRdms(Parameters& parameters, const std::string& models_key);

  /// Codes by label, then the further models by name.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::vector<std::string>& layers() const { return settings_.layers; }
  [[nodiscard]] const std::vector<Representation>& codes() const { return settings_.representations; }
  [[nodiscard]] const std::vector<ReferenceSpec>& models() const { return settings_.models; }
  /// Whether the layer can be had in the code with this label.
  [[nodiscard]] bool has(const std::string& label, const std::string& layer) const {
    return settings_.has(label, layer);
  }

  /// Chooses layers, loads files. `analysis` names the entry in messages. Throws Error(config), Error(data).
  [[nodiscard]] std::vector<RepresentationKey> prepare(const AnalysisPlan& plan, const std::string& analysis);
  /// RDMs of the models that are kept at once.
  [[nodiscard]] std::size_t kept() const {
    return settings_.layers.size() * settings_.representations.size() + settings_.models.size();
  }

  [[nodiscard]] RdmMaker maker(const AnalysisInputs& inputs) const {
    return RdmMaker(inputs, settings_.dissimilarity, settings_.noise);
  }
  /// Computes all RDMs, of layers and then of further models (code kModelCode), and warns of codes that
  /// layers cannot be had in.
  [[nodiscard]] Candidates compute(const AnalysisInputs& inputs, const Progress& progress) const;

 private:
  RsaSettings settings_{};
  std::vector<std::string> patterns_{};
  Where where_{};  // of `layers`
  std::vector<std::vector<Rdm>> loaded_{};
};

/// Bytes of RDMs of n stimuli, so many of them kept with their order, and of what computing one needs.
[[nodiscard]] std::uint64_t bytes_of_rdms(std::uint64_t rdms, std::uint64_t n);

}  // namespace homolog::experiments
