#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// The visible list of analyses: what may stand under `analyses:`. A new one is its folder and a line here.
[[nodiscard]] AnalysisRegistry known_analyses();

}  // namespace homolog::experiments
