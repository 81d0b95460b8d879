#pragma once

#include <cstdint>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::sim {

/// Number of synapses that leave each unit of the source over this projection, [H,W,C]. Their sum is
/// synapses(projection).
[[nodiscard]] std::vector<std::uint32_t> fan_out(const Projection& projection);

}  // namespace homolog::sim
