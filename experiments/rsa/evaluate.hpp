#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/inference_result.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// What one reference says of several models by one comparison.
struct Evaluation {
  /// The numbers of a row for each model; its texts, p_fdr and p_bonferroni are left out.
  std::vector<RsaRow> rows{};
  std::vector<ModelDifference> differences{};  ///< if the settings ask for them
  /// The bootstrap's joint draws of all dimensions that are resampled, one column per row and two of the
  /// noise ceilings; empty without bootstrap.
  Replicates draws{};
  double dof = 0.0;  ///< degrees of freedom of the rows' t tests; 0 without bootstrap
};

/// What the settings draw again of a reference with so many subjects; nothing if that is nothing.
[[nodiscard]] std::optional<BootstrapOptions> bootstrap_options(const InferenceSettings& settings,
                                                                std::size_t subjects, std::uint64_t seed);

/// The numbers of a row for each model.
[[nodiscard]] std::vector<RsaRow> rows_of(const InferenceResult& result);

/// Values, noise ceilings, and as much inference as the settings ask for.
[[nodiscard]] Evaluation evaluate(const Comparison& comparison, std::span<const OrderedRdm> models,
                                  std::span<const OrderedRdm> subjects, const InferenceSettings& settings,
                                  std::uint64_t seed, const Progress& progress);

}  // namespace homolog::experiments
