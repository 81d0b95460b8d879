#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/engine/emission.hpp"
#include "sim/engine/neuron_update.hpp"
#include "sim/engine/tile.hpp"
#include "sim/neuron/signed_integrate_and_fire.hpp"

namespace homolog::sim {

/// As update_neurons, for neurons whose spikes have signs. `net`: their net counts, lanes as those of
/// neurons.v. Negative spikes are set in `rows` and in `negative`.
void update_signed(const SignedIntegrateAndFire& model, const NeuronTile& neurons, std::int32_t* net,
                   const Tile& tile, std::size_t channels, const StepRows& rows, const StepRows& negative);

}  // namespace homolog::sim
