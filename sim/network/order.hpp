#pragma once

#include <functional>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::sim {

/// Populations sorted so that the source of every projection for which `counts` holds comes before its
/// target; ties by id. Populations on a cycle of such projections, or behind one, are left out.
[[nodiscard]] std::vector<PopulationId> topological_order(
    const Network& network, const std::function<bool(const Projection&)>& counts);

/// The order in which constant currents are computed: every AnalogInput and Relay before its targets,
/// whatever the delay, since a constant is there from the first step on.
[[nodiscard]] std::vector<PopulationId> constant_order(const Network& network);

}  // namespace homolog::sim
