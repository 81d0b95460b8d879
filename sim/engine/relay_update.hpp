#pragma once

#include <cstddef>

#include "sim/engine/emission.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// What a relay hands on: z of every unit of the tile, in the steps in which it was touched, goes to
/// `emission` (graded) at step first + step, with its bit set where it is not 0. `channels`: of the map.
void update_relay(const Tile& tile, Step first, std::size_t channels, Emission& emission);

}  // namespace homolog::sim
