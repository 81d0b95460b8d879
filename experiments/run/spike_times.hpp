#pragma once

#include <span>
#include <string>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "experiments/analysis/analysis.hpp"
#include "experiments/config/experiment.hpp"

namespace homolog::experiments {

/// Mid-ranks of first spikes, 1 for the earliest; equal times share the mean of their ranks.
[[nodiscard]] std::vector<float> ranks_of_times(std::span<const double> times);

/// Whether a code of a representation is made of spike times or potentials, i.e. needs neurons.
[[nodiscard]] bool needs_neurons(const std::string& code);

/// Why a layer cannot be represented in a code, see AnalysisPlan::why_not.
[[nodiscard]] std::string why_not(const conversion::Twin& twin, const Experiment::Spiking& spiking,
                                  const RepresentationKey& key);

}  // namespace homolog::experiments
