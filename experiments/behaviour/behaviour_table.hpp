#pragma once

#include <string>
#include <vector>

#include "experiments/behaviour/behaviour_run.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// Datasets of /behaviour, see docs/behaviour.md.
[[nodiscard]] std::vector<ResultDataset> behaviour_datasets(const BehaviourResult& result);
/// The value of "behaviour" in summary.json.
[[nodiscard]] std::string behaviour_json(const BehaviourResult& result);
/// A table for people.
[[nodiscard]] std::string behaviour_text(const BehaviourResult& result);

}  // namespace homolog::experiments
