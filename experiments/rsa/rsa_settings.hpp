#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/rsa/inference/flexible_model.hpp"
#include "experiments/rsa/noise_covariance.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/representation.hpp"

namespace homolog::experiments {

/// What is drawn again to know how sure a result is.
enum class Resample {
  none,
  automatic,  ///< both if the reference has several subjects, else stimuli
  stimuli,
  subjects,  ///< of references with one: nothing
  both,      ///< of references with one: stimuli
};

/// `inference:` of an analysis (manual: docs/rsa-inference.md).
struct InferenceSettings {
  Resample resample = Resample::automatic;
  std::size_t samples = 1000;    ///< of the bootstrap
  double level = 0.95;           ///< of confidence intervals
  std::size_t permutations = 0;  ///< of stimulus labels; 0: no permutation test
  bool differences = false;      ///< of every two models
};

/// Whether stimuli are drawn again.
[[nodiscard]] bool draws_stimuli(Resample resample);
/// Whether subjects are, of a reference with so many.
[[nodiscard]] bool draws_subjects(Resample resample, std::size_t subjects);

/// Reads the keys of `inference:` that are about the bootstrap: bootstrap (or what it is by default),
/// samples, level. Throws Error(config).
[[nodiscard]] InferenceSettings read_bootstrap(Parameters& inference,
                                               Resample by_default = Resample::automatic);

/// Reads `inference:`. Throws Error(config).
[[nodiscard]] InferenceSettings read_inference(Parameters& analysis);

/// A model with parameters, fitted and crossvalidated (docs/rsa-inference.md): its components are RDMs of
/// layers in one code, or of models.
struct FlexibleSpec {
  std::string name{};
  FlexibleKind kind = FlexibleKind::weighted;
  std::string code{};                 ///< label; empty: `models`
  std::vector<std::string> layers{};  ///< patterns
  std::vector<std::string> models{};
  /// Layer and code of each component, once the layers are known.
  std::vector<std::pair<std::string, std::string>> components{};
};

/// One entry `rsa` of the configuration, checked.
struct RsaSettings {
  std::vector<std::string> layers{};  ///< names, in graph order; may be empty if there are models
  std::vector<Representation> representations{};
  std::string dissimilarity = "correlation";
  NoiseCovariance noise = NoiseCovariance::none;
  std::vector<std::string> compare{};
  std::vector<ReferenceSpec> references{};
  std::vector<ReferenceSpec> models{};  ///< compared with the references as layers are; no twins
  std::vector<FlexibleSpec> flexible{};
  InferenceSettings inference{};
  std::size_t random_networks = 0;  ///< of the same architecture, with which layers are compared
  bool export_rdms = false;         ///< as a file for rsatoolbox, beside the results
  /// Layers that a representation cannot be had of, by its label (see AnalysisPlan::why_not).
  std::vector<std::pair<std::string, std::string>> missing{};

  [[nodiscard]] bool has(const std::string& label, const std::string& layer) const;
};

}  // namespace homolog::experiments
