#include "sim/network/order.hpp"

#include <queue>

#include "sim/core/error.hpp"

namespace homolog::sim {

std::vector<PopulationId> topological_order(const Network& network,
                                            const std::function<bool(const Projection&)>& counts) {
  const std::size_t populations = network.populations.size();
  std::vector<std::vector<PopulationId>> targets(populations);
  std::vector<std::size_t> waiting_for(populations, 0);
  for (const Projection& projection : network.projections) {
    if (counts(projection)) {
      targets[projection.source].push_back(projection.target);
      ++waiting_for[projection.target];
    }
  }
  std::priority_queue<PopulationId, std::vector<PopulationId>, std::greater<>> ready;
  for (PopulationId id = 0; id < populations; ++id) {
    if (waiting_for[id] == 0) {
      ready.push(id);
    }
  }
  std::vector<PopulationId> order;
  while (!ready.empty()) {
    const PopulationId id = ready.top();
    ready.pop();
    order.push_back(id);
    for (const PopulationId target : targets[id]) {
      if (--waiting_for[target] == 0) {
        ready.push(target);
      }
    }
  }
  return order;
}

std::vector<PopulationId> constant_order(const Network& network) {
  return topological_order(network, [&network](const Projection& projection) {
    const Role& role = network.populations[projection.source].role;
    return std::holds_alternative<AnalogInput>(role) || std::holds_alternative<Relay>(role);
  });
}

std::vector<PopulationId> step_order(const Network& network) {
  auto order = topological_order(network, [](const Projection& projection) { return projection.delay == 0; });
  if (order.size() < network.populations.size()) {
    std::vector<bool> ordered(network.populations.size(), false);
    for (const PopulationId id : order) {
      ordered[id] = true;
    }
    std::string names;
    for (PopulationId id = 0; id < ordered.size(); ++id) {
      if (!ordered[id]) {
        names += (names.empty() ? "'" : ", '") + network.populations[id].name + "'";
      }
    }
    throw Error(ErrorKind::internal, "a cycle of projections without delay passes through or feeds " + names +
                                         "; one projection of it needs a delay of at least 1 step");
  }
  return order;
}

}  // namespace homolog::sim
