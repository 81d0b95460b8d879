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

/// Populations that depend on each other, in step_order(): they are on one cycle of projections, or it is a
/// single one.
struct Component {
  std::vector<PopulationId> populations{};
  bool cyclic = false;  ///< its steps cannot be computed ahead of each other
};

/// The strongly connected components of the network, every source before its targets, whatever the delay: one
/// after the other can be simulated for many steps before the next begins.
[[nodiscard]] std::vector<Component> components(const Network& network);

}  // namespace homolog::sim
