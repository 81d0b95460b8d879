#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Model-based fusion of a reference in time (MEG) with one in space (fMRI), as the entry `fusion` of
/// `analyses:` (manual: docs/variance-and-fusion.md).
///
/// Cichy, Pantazis & Oliva 2014, doi:10.1038/nn.3635, and 2016, doi:10.1093/cercor/bhw135; with models:
/// Hebart et al. 2018, doi:10.7554/eLife.32816; see SharedVariance.
void register_fusion(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
