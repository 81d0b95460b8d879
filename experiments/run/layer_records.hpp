#pragma once

#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/run/preparation.hpp"

namespace homolog::experiments {

/// What /layers says of every layer of the twin, in its order, and behind them of the negative spikes of
/// those whose spikes have signs; and which of them record spikes and counts.
[[nodiscard]] std::vector<LayerRecord> layer_records(const Experiment& experiment,
                                                     const Preparation& preparation,
                                                     const conversion::Twin& twin);

/// Neurons that can spike: of all populations of neurons and gates.
[[nodiscard]] std::uint64_t spiking_neurons(const sim::Network& network);

}  // namespace homolog::experiments
