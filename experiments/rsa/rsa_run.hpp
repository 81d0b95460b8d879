#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/rdm.hpp"
#include "experiments/rsa/reference.hpp"

namespace homolog::experiments {

/// One entry `rsa` of the configuration, checked.
struct RsaSettings {
  std::vector<std::string> layers{};  ///< names, in graph order
  std::vector<std::string> codes{};
  std::string dissimilarity{};
  std::vector<std::string> compare{};
  std::vector<ReferenceSpec> references{};
};

/// Codes that get an RDM: those asked for, then those that a twin reference needs.
[[nodiscard]] std::vector<std::string> codes_with_rdms(const RsaSettings& settings);

/// Where RDMs go as soon as they are computed; they are not kept.
struct RsaOutput {
  std::function<void(const std::string& layer, const std::string& code, const Rdm&)> rdm{};
  std::function<void(const std::string& reference, const Rdm&)> reference_rdm{};  ///< mean of subjects
};

/// Computes all RDMs, layer by layer, and compares them. `loaded` has one element per reference: the
/// subjects' RDMs of a FileReference, else nothing.
///
/// Rows are ordered by layer, code, reference, comparison. The result does not depend on
/// inputs.threads. ci_low, ci_high and p are NaN. Throws Error(data), Error(interrupted).
[[nodiscard]] std::vector<RsaRow> compute_rsa(const RsaSettings& settings,
                                              const std::vector<std::vector<Rdm>>& loaded,
                                              const AnalysisInputs& inputs, const RsaOutput& output);

}  // namespace homolog::experiments
