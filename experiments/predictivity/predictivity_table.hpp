#pragma once

#include <string>
#include <vector>

#include "experiments/predictivity/predictivity_run.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// Datasets of /predictivity, see docs/predictivity.md: scores and ceilings apart, each with its convention.
[[nodiscard]] std::vector<ResultDataset> predictivity_datasets(const PredictivitySettings& settings,
                                                               const PredictivityResult& result);
/// The value of "predictivity" in summary.json.
[[nodiscard]] std::string predictivity_json(const PredictivitySettings& settings,
                                            const PredictivityResult& result);
/// A table for people.
[[nodiscard]] std::string predictivity_text(const PredictivitySettings& settings,
                                            const PredictivityResult& result);

}  // namespace homolog::experiments
