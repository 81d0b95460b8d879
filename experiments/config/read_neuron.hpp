#pragma once

#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/neuron/neurons.hpp"

namespace homolog::experiments {

/// Reads `spiking.neuron`; `step_ms` is the length of a step. The model `auto`, which is the default, stands
/// for `signed-if` if `may_have_signs` and no key is given that `if` reads and this model does not, else for
/// `if`.
/// Keys that only another model reads are added to `unused` by their dotted paths.
/// Throws Error(config) with the place of the mistake.
[[nodiscard]] sim::Neuron read_neuron(Parameters parameters, double step_ms, bool may_have_signs,
                                      std::vector<std::string>& unused);

}  // namespace homolog::experiments
