#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Representational similarity analysis (manual: docs/rsa.md), as the entry `rsa` of `analyses:`.
///
/// One representational dissimilarity matrix (RDM) per layer and code, each compared with the reference
/// RDMs: brain data, models of the stimuli, and the same layer in another code.
/// Kriegeskorte, Mur & Bandettini 2008, doi:10.3389/neuro.06.004.2008; Nili et al. 2014,
/// doi:10.1371/journal.pcbi.1003553.
void register_rsa(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
