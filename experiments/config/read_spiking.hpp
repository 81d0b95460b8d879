#pragma once

#include <string>
#include <vector>

#include "experiments/config/experiment.hpp"
#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// Whether the network can be simulated for calibration (`threshold.method: auto`, `calibration`): its
/// neurons, scheduler and number of steps.
[[nodiscard]] bool can_be_calibrated(const Experiment::Spiking& spiking);

/// Reads the mapping `spiking:`. `spike_times`: an analysis reads the times of spikes, so that neurons that
/// nobody names fire spikes that are all alike. Keys that were given and have no effect beside the other
/// choices are added to `unused`. Throws Error(config) with the place of the mistake.
[[nodiscard]] Experiment::Spiking read_spiking(Parameters parameters, bool spike_times,
                                               std::vector<std::string>& unused);

}  // namespace homolog::experiments
