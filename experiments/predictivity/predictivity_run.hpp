#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/brain/response_file.hpp"
#include "experiments/predictivity/regression.hpp"
#include "experiments/predictivity/score.hpp"
#include "experiments/predictivity/splits.hpp"
#include "experiments/predictivity/unit_bootstrap.hpp"

namespace homolog::experiments {

/// What a layer is reduced to before the regression.
struct ProjectionSettings {
  std::string kind = "none";   ///< none, pca or sparse_random
  std::size_t components = 0;  ///< of pca and sparse_random
  std::uint64_t seed = 0;      ///< of sparse_random
};

/// One entry `predictivity` of the configuration, checked.
struct PredictivitySettings {
  std::vector<std::string> layers{};  ///< names, in graph order
  std::vector<std::string> codes{};
  RegressionSettings regression{};
  ProjectionSettings projection{};
  SplitSettings splits{};
  bool stratify = false;            ///< splits by the stimuli's labels
  std::size_t ceiling_splits = 10;  ///< random halves of the repetitions
  UnitBootstrap inference{};
};

/// Responses that layers are to predict, in the order of the experiment's stimuli.
struct Target {
  std::string name{};
  std::string region{};  ///< as the configuration says; may be empty
  Responses responses{};
};

/// What is known of a target before any layer is read.
struct TargetSummary {
  std::string name{}, region{};
  std::size_t units = 0, repetitions = 0;
  UnitScores ceiling{};             ///< internal consistency
  std::size_t incomplete = 0;       ///< units that a stimulus was never shown to: not predicted
  std::size_t constant = 0;         ///< units that respond alike to all stimuli, in the mean: no r
  std::size_t without_ceiling = 0;  ///< units whose ceiling is undefined or not above 0
};

/// How well a layer in a code predicts a target.
struct PredictivityRow {
  std::string layer{}, code{};
  std::size_t target = 0;                 ///< its place
  UnitScores scores{};                    ///< Pearson's r with held-out responses
  Estimate score{};                       ///< their score, over new units
  std::size_t undefined = 0;              ///< units without r in every split
  std::vector<std::size_t> components{};  ///< per split: of pls, those used
  std::vector<double> alphas{};           ///< per split: of ridge and ridge_cv
};

struct PredictivityResult {
  std::vector<TargetSummary> targets{};
  std::vector<PredictivityRow> rows{};  ///< by layer, code, target
  std::vector<Split> splits{};          ///< the same for all rows
};

/// Fits every layer and code to every target and judges it by held-out stimuli. The mean over repetitions is
/// predicted; all units of a target that have one for every stimulus are fitted together, the others are NaN.
///
/// The result does not depend on inputs.threads. Warns of units that are left out and of targets without
/// ceiling. Throws Error(data), Error(config) (see make_splits), Error(interrupted).
[[nodiscard]] PredictivityResult compute_predictivity(const PredictivitySettings& settings,
                                                      const std::vector<Target>& targets,
                                                      const AnalysisInputs& inputs);

/// Labels of all stimuli if `stratify`, else none. Throws Error(config) if one is missing.
[[nodiscard]] std::vector<std::int64_t> split_labels(const Stimuli& stimuli, bool stratify);

}  // namespace homolog::experiments
