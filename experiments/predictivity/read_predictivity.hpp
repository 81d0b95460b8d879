#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/predictivity/predictivity_run.hpp"
#include "experiments/predictivity/response_source.hpp"

namespace homolog::experiments {

/// One set of responses, as the configuration names it.
struct TargetSource {
  ResponseSource responses{};
  std::string region{};
};

/// An entry `predictivity` as it was written; layers, seeds and what depends on the stimuli are still open.
struct PredictivityEntry {
  PredictivitySettings settings{};
  std::vector<std::string> patterns{};             ///< of layers
  std::optional<std::uint64_t> projection_seed{};  ///< else the experiment's
  std::vector<TargetSource> targets{};
  Where layers_where{}, splits_where{};
};

/// Reads the mapping of an entry. Keys that the chosen method, splits or projection do not use are refused
/// like misspelt ones. Throws Error(config).
[[nodiscard]] PredictivityEntry read_predictivity_entry(Parameters& parameters);

}  // namespace homolog::experiments
