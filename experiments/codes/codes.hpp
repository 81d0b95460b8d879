#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Adds `codes`: the experiment's network under several codes and numbers of steps, in one table.
void register_codes(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
