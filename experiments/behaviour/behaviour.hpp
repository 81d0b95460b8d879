#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Whether the networks decide as other observers do (manual: docs/behaviour.md), as the entry `behaviour` of
/// `analyses:`: accuracies, error consistency (Geirhos, Meding & Wichmann 2020, arXiv:2006.16736) and
/// image-level sensitivity I2n (Rajalingham et al. 2018, doi:10.1523/JNEUROSCI.0388-18.2018).
void register_behaviour(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
