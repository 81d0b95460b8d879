#pragma once

#include <cstdint>
#include <string>

#include "conversion/spiking/convert.hpp"
#include "conversion/spiking/signal.hpp"

namespace homolog::conversion {

// What the converter puts into the spiking network, population by population.

/// Adds the input population, 0, and for input in spikes the layer that they are. Returns its signal: the
/// normalised image.
[[nodiscard]] Signal add_input(const FloatGraph& graph, const ConversionOptions& options, Twin& twin);

/// Adds a population that receives `signal` over synapses, weights and constant currents divided by the
/// thresholds scale.channel (empty: 1); relays have no current. Weights and initial potentials as the scale
/// says.
sim::PopulationId add_population(sim::Network& network, const std::string& name, const sim::Role& role,
                                 const Signal& signal, const Scale& scale);

/// Adds max-pooling gates [out] that read `signal`, a copy of channels of spikes. Returns their signal.
[[nodiscard]] Signal add_gates(sim::Network& network, const std::string& name, const sim::Shape& out,
                               const MaxPool& op, const Signal& signal);

/// Synapses that a population receives.
[[nodiscard]] std::uint64_t synapses_onto(const sim::Network& network, sim::PopulationId population);

}  // namespace homolog::conversion
