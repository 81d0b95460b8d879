#pragma once

#include <string>

#include "conversion/spiking/convert.hpp"
#include "conversion/spiking/signal.hpp"

namespace homolog::conversion {

/// "integrate-and-fire": the model of the neurons that the options ask for.
[[nodiscard]] std::string neuron_model(const ConversionOptions& options);

/// The neurons of a ReLU with this upper limit. `scale` becomes what a population's value of 1 stands for: 1
/// for times to a first spike, which say any value; for few spikes so much that all of them together say the
/// scale.
[[nodiscard]] sim::Role role_of(const ConversionOptions& options, float high, Scale& scale);

/// Whether no source of the signal, a copy of channels, can stand for an activation above `high`.
[[nodiscard]] bool never_above(const ConversionOptions& options, const Signal& signal, float high);

}  // namespace homolog::conversion
