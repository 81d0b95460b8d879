#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/emission.hpp"
#include "sim/engine/tile.hpp"
#include "sim/neuron/neurons.hpp"

namespace homolog::sim {

/// State of the neurons of a tile; arrays of lanes start at the chunk's first lane of position x0 and go on
/// to the next position after `stride` lanes.
struct NeuronTile {
  float* v = nullptr;               ///< membrane potentials
  const float* current = nullptr;   ///< constant currents, or null for none
  Step* refractory_left = nullptr;  ///< or null for a model without refractory period
  std::size_t stride = 0;
  const float* worth = nullptr;  ///< of a spike in each step of the block (phases.hpp); null: 1
  const float* share = nullptr;  ///< of the current, likewise (current_share)
  float least_worth = 1.0F;      ///< of any step
};

/// Integrates and fires every unit of the tile in every step of the block; z where the tile was touched, else
/// 0. With `worth`, z and threshold of a step are multiplied by it, and the current by `share`; the model
/// must then be IntegrateAndFire with reset by subtraction and no refractory period. Spikes of channel c of
/// position x in step s set bit x * channels + chunk.first + c of rows[s].
void update_neurons(const Neuron& model, const NeuronTile& neurons, const Tile& tile, std::size_t channels,
                    const StepRows& rows);

}  // namespace homolog::sim
