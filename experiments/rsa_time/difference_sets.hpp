#pragma once

#include <vector>

#include "experiments/rsa_time/rsa_time_run.hpp"

namespace homolog::experiments {

/// Differences of peaks and of onsets between layers: for every course and comparison, and for every
/// reference with times and comparison. Takes the latencies' draws, which are then gone. Sets without
/// draws (nothing is drawn again of the reference) and with fewer than two layers are left out.
[[nodiscard]] std::vector<DifferenceSet> take_differences(RsaTimeResult& result, double level);

}  // namespace homolog::experiments
