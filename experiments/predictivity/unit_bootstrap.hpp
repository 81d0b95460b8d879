#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "experiments/analysis/estimate.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// How sure a score is: bootstrap over the recorded units.
struct UnitBootstrap {
  bool units = true;           ///< false: no intervals
  std::size_t samples = 1000;  ///< draws, at least 2
  double level = 0.95;         ///< of confidence intervals, in (0, 1)
  std::uint64_t seed = 0;
};

/// summarise_units().score of `values` [split][unit] (NaN for none) with its interval over new units,
/// recorded like these, for the same stimuli and splits: value -+ t SE.
///
/// A draw takes, with replacement, as many of the U units that have a value in any split as there are; the
/// score is computed anew. The variance over draws is multiplied by U / (U - 1); t has U - 1 degrees of
/// freedom. Draw b depends on the seed, U and b alone: layers that have the same units are judged by the same
/// draws. Without `units`, or with U < 2, error and interval are NaN. Bits do not depend on threads (those of
/// the current task arena).
[[nodiscard]] Estimate score_over_units(const std::vector<std::vector<double>>& values,
                                        const UnitBootstrap& options, const Progress& progress = {});

}  // namespace homolog::experiments
