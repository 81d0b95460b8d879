#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/engine/emission.hpp"
#include "sim/engine/neuron_update.hpp"
#include "sim/engine/tile.hpp"
#include "sim/neuron/neurons.hpp"

namespace homolog::sim {

/// PotentialExtremes of the neurons of a tile; arrays of lanes as in NeuronTile.
struct TraceTile {
  float* lowest_firing = nullptr;
  float* highest_silent = nullptr;
};

/// The same potentials and spikes as update_neurons, to the last bit, and keeps the extremes. Unit by unit.
void update_and_trace(const Neuron& model, const NeuronTile& neurons, const TraceTile& trace,
                      const Tile& tile, std::size_t channels, const StepRows& rows);

}  // namespace homolog::sim
