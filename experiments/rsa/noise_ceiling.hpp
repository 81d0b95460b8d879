#pragma once

#include <span>

#include "experiments/rsa/comparison.hpp"

namespace homolog::experiments {

/// Bounds of what the best possible model could reach with this reference, given the differences between
/// its subjects; NaN with fewer than two subjects.
struct NoiseCeiling {
  double low = 0.0;   ///< mean over subjects s of compare(pooled RDM of all but s, s)
  double high = 0.0;  ///< mean over subjects s of compare(pooled RDM of all, s)
};

/// Nili et al. 2014, doi:10.1371/journal.pcbi.1003553. The pooled RDM is the mean of the subjects' RDMs on
/// the comparison's pooling scale: ranks (which is the best fit for Spearman, nearly so for Kendall),
/// z-scores (Pearson), divided by the root mean square (cosine).
[[nodiscard]] NoiseCeiling noise_ceiling(const Comparison& comparison, std::span<const ScaledRdm> subjects);

}  // namespace homolog::experiments
