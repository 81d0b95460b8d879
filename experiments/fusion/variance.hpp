#pragma once

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Variance partitioning of brain RDMs among a layer's codes and models of the stimuli (manual:
/// docs/variance-and-fusion.md), as the entry `variance` of `analyses:`.
///
/// How much of a reference's RDM does the float layer explain that the spiking layer does not, how much do
/// both share, and how much of that is no more than the stimuli's categories? Groen et al. 2018,
/// doi:10.7554/eLife.32962; see variance_parts().
void register_variance(AnalysisRegistry& analyses);

}  // namespace homolog::experiments
