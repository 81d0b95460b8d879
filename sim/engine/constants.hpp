#pragma once

#include <span>

#include "sim/engine/prepared_network.hpp"
#include "sim/engine/state.hpp"

namespace homolog::sim {

/// Computes the constant current of every population: what the analog input gives directly and through
/// relays, plus the network's own. Once per presentation; `stimulus` is that of the input population.
void set_currents(const PreparedNetwork& network, std::span<const float> stimulus, PresentationState& state);

/// z += contributions of `events` over a projection that sums (not a max pooling). Returns their number.
std::uint64_t scatter(const PreparedProjection& projection, const Events& events, float* z);

}  // namespace homolog::sim
