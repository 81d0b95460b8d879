#pragma once

#include <string>
#include <vector>

#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/layer_rdm.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {

/// Whose RDM it is.
struct Candidate {
  std::string layer{};  ///< or the model's name
  std::string code{};   ///< label of the representation, or kModelCode
  std::string dissimilarity{};
};

/// Everything that is compared with references: layers in their representations, and models.
struct Candidates {
  std::vector<Candidate> names{};
  std::vector<OrderedRdm> rdms{};  ///< of `names`
  std::size_t reported = 0;        ///< the first so many get rows; the others are twins only

  /// Throws Error(internal) if there is none.
  [[nodiscard]] const OrderedRdm& find(const std::string& layer, const std::string& code) const;
  [[nodiscard]] bool has(const std::string& layer, const std::string& code) const;
};

/// Computes all RDMs, layer by layer, and hands each to output.rdm.
[[nodiscard]] Candidates compute_candidates(const RsaSettings& settings,
                                            const std::vector<std::vector<Rdm>>& loaded_models,
                                            const RdmMaker& maker, const RsaOutput& output,
                                            const Progress& progress);

}  // namespace homolog::experiments
