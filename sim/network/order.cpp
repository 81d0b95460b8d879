#include "sim/network/order.hpp"

#include <algorithm>
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

namespace {

using Edges = std::vector<std::vector<PopulationId>>;

/// Depth first from `root` over what is not `seen`; appends populations in the order in which they are left.
void visit(PopulationId root, const Edges& edges, std::vector<bool>& seen, std::vector<PopulationId>& left) {
  std::vector<std::pair<PopulationId, std::size_t>> path{{root, 0}};  // and the next edge to follow
  seen[root] = true;
  while (!path.empty()) {
    const PopulationId id = path.back().first;
    if (path.back().second == edges[id].size()) {
      left.push_back(id);
      path.pop_back();
      continue;
    }
    const PopulationId next = edges[id][path.back().second++];
    if (!seen[next]) {
      seen[next] = true;
      path.emplace_back(next, 0);
    }
  }
}

}  // namespace

/// Kosaraju: the last left population of a depth-first search has no source outside its component that was
/// not left later; searching backwards from there finds its component.
std::vector<Component> components(const Network& network) {
  const std::size_t populations = network.populations.size();
  Edges forwards(populations);
  Edges backwards(populations);
  std::vector<bool> self(populations, false);
  for (const Projection& projection : network.projections) {
    forwards[projection.source].push_back(projection.target);
    backwards[projection.target].push_back(projection.source);
    self[projection.source] = self[projection.source] || projection.source == projection.target;
  }
  std::vector<bool> seen(populations, false);
  std::vector<PopulationId> left;
  for (PopulationId id = 0; id < populations; ++id) {
    if (!seen[id]) {
      visit(id, forwards, seen, left);
    }
  }
  std::vector<std::size_t> place(populations);
  const std::vector<PopulationId> order = step_order(network);
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
  }
  seen.assign(populations, false);
  std::vector<Component> components;
  for (auto root = left.rbegin(); root != left.rend(); ++root) {
    if (seen[*root]) {
      continue;
    }
    Component component;
    visit(*root, backwards, seen, component.populations);
    component.cyclic = component.populations.size() > 1 || self[*root];
    std::sort(component.populations.begin(), component.populations.end(),
              [&place](PopulationId a, PopulationId b) { return place[a] < place[b]; });
    components.push_back(std::move(component));
  }
  return components;
}

}  // namespace homolog::sim
