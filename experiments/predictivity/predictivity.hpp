#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// How well layers predict recorded responses (manual: docs/predictivity.md), as the entry `predictivity` of
/// `analyses:`.
///
/// Each layer and code is regressed onto the responses of neurons, voxels or channels; the score is the
/// correlation with the responses to held-out stimuli, next to a ceiling from repeated presentations. Yamins
/// et al. 2014, doi:10.1073/pnas.1403112111; Schrimpf et al. 2018, doi:10.1101/407007 (Brain-Score).
void register_predictivity(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
