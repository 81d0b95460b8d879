#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/rdm.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// Code of rows that belong to a model and not to a layer.
inline constexpr char kModelCode[] = "model";

/// Representations that get an RDM: those asked for, then those that a twin reference needs.
[[nodiscard]] std::vector<Representation> with_rdms(const RsaSettings& settings);

/// Where RDMs go as soon as they are computed.
struct RsaOutput {
  std::function<void(const std::string& layer, const std::string& code, const std::string& dissimilarity,
                     const Rdm&)>
      rdm{};
  std::function<void(const std::string& reference, const Rdm&)> reference_rdm{};  ///< mean of subjects
};

/// Two rows of one reference and comparison whose values are compared.
struct RsaDifference {
  std::string reference{}, compare{};
  std::string layer_a{}, code_a{}, dissimilarity_a{};
  std::string layer_b{}, code_b{}, dissimilarity_b{};
  double difference = 0.0, standard_error = 0.0;    ///< value of a minus that of b
  double p = 0.0, p_fdr = 0.0, p_bonferroni = 0.0;  ///< two-sided; corrected over the pairs of a reference
};

struct RsaResult {
  std::vector<RsaRow> rows{};  ///< by layer (models last), code, reference, comparison
  std::vector<RsaDifference> differences{};
};

/// Computes all RDMs and compares them with the references. `loaded` and `loaded_models` have one element for
/// each reference and model: the subjects' RDMs of a FileReference, else nothing.
///
/// The result does not depend on inputs.threads. What the settings do not ask for is NaN. Throws Error(data),
/// Error(interrupted).
[[nodiscard]] RsaResult compute_rsa(const RsaSettings& settings, const std::vector<std::vector<Rdm>>& loaded,
                                    const std::vector<std::vector<Rdm>>& loaded_models,
                                    const AnalysisInputs& inputs, const RsaOutput& output);

}  // namespace homolog::experiments
