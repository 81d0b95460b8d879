#include "sim/asynchronous/wiring.hpp"

#include <algorithm>
#include <functional>

#include "sim/network/order.hpp"

namespace homolog::sim {
namespace {

std::vector<float> initial_potentials(const Population& population) {
  const auto* neurons = std::get_if<Neurons>(&population.role);
  if (neurons == nullptr) {
    return {};
  }
  if (!population.initial.empty()) {
    return population.initial;
  }
  const float initial =
      std::visit([](const auto& model) { return model.initial_potential(); }, neurons->model);
  return std::vector<float>(static_cast<std::size_t>(population.shape.size()), initial);
}

void append(std::vector<DelayedRoutes>& outbound, Step delay, std::size_t route) {
  const auto place = std::find_if(outbound.begin(), outbound.end(),
                                  [delay](const DelayedRoutes& routes) { return routes.delay >= delay; });
  if (place != outbound.end() && place->delay == delay) {
    place->routes.push_back(route);
  } else {
    outbound.insert(place, {.delay = delay, .routes = {route}});
  }
}

void add_projections(const Network& network, Wiring& wiring) {
  wiring.routes.reserve(network.projections.size());
  for (const Projection& projection : network.projections) {
    WiredPopulation& source = wiring.populations[projection.source];
    WiredPopulation& target = wiring.populations[projection.target];
    if (!source.is_analog_input()) {
      append(source.outbound, projection.delay, wiring.routes.size());
    }
    if (projection.delay > 0) {
      wiring.delays.push_back(projection.delay);
    }
    target.sums_events = target.sums_events || target.is_relay() || source.is_relay();
    wiring.routes.push_back({.source = projection.source,
                             .target = projection.target,
                             .fan_out = FanOut(projection.kernel),
                             .counts = target.count_sizes.size()});
    if (std::holds_alternative<MaxGate>(target.role)) {
      target.count_sizes.push_back(source.units());
    }
  }
  std::sort(wiring.delays.begin(), wiring.delays.end(), std::greater<>());
  wiring.delays.erase(std::unique(wiring.delays.begin(), wiring.delays.end()), wiring.delays.end());
}

/// Marks what the analog input reaches directly or through relays. constant_order brings sources first.
void add_constants(Wiring& wiring) {
  std::vector<std::vector<std::size_t>> inbound(wiring.populations.size());
  for (std::size_t route = 0; route < wiring.routes.size(); ++route) {
    inbound[wiring.routes[route].target].push_back(route);
  }
  for (const PopulationId id : wiring.constant_order) {
    for (const std::size_t route : inbound[id]) {
      const WiredPopulation& source = wiring.populations[wiring.routes[route].source];
      if (source.is_analog_input() || (source.is_relay() && !source.constants.empty())) {
        wiring.populations[id].constants.push_back(route);
      }
    }
  }
}

}  // namespace

bool WiredPopulation::ticks_every_unit() const noexcept {
  const auto* neurons = std::get_if<Neurons>(&role);
  return neurons != nullptr && (has_current() || !std::holds_alternative<IntegrateAndFire>(neurons->model));
}

const DelayedRoutes* WiredPopulation::outbound_after(Step delay) const noexcept {
  for (const DelayedRoutes& routes : outbound) {
    if (routes.delay == delay) {
      return &routes;
    }
  }
  return nullptr;
}

Wiring wire(const Network& network) {
  validate(network);
  if (network.phases > 0) {
    throw Error(
        ErrorKind::internal,
        "the network has phases: what a spike is worth depends on its step, and asynchronous events know "
        "none; use Simulator");
  }
  Wiring wiring;
  wiring.constant_order = constant_order(network);
  wiring.step_order = step_order(network);
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    const Population& population = network.populations[id];
    if (std::holds_alternative<AnalogInput>(population.role) ||
        std::holds_alternative<PoissonInput>(population.role)) {
      wiring.input = id;
    }
    wiring.populations.push_back({.shape = population.shape,
                                  .role = population.role,
                                  .current = population.current,
                                  .initial = initial_potentials(population)});
  }
  for (std::size_t rank = 0; rank < wiring.step_order.size(); ++rank) {
    wiring.populations[wiring.step_order[rank]].rank = rank;
  }
  add_projections(network, wiring);
  add_constants(wiring);
  return wiring;
}

}  // namespace homolog::sim
