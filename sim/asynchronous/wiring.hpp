#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/asynchronous/fan_out.hpp"
#include "sim/network/network.hpp"

namespace homolog::sim {

/// A projection as its source sees it.
struct Route {
  PopulationId source = 0;
  PopulationId target = 0;
  FanOut fan_out;
  std::size_t counts = 0;  ///< to a max gate: which of the gate's lists of counts is this projection's
};

/// The projections of a population with one delay, as indices of Wiring::routes in the order of the network.
struct DelayedRoutes {
  Step delay = 0;
  std::vector<std::size_t> routes{};
};

/// A population with all that goes out.
struct WiredPopulation {
  Shape shape{};
  Role role{};
  std::vector<float> current{};           ///< of the network: biases, [H,W,C]; empty means none
  std::vector<float> initial{};           ///< Neurons: potentials at stimulus onset, [H,W,C]
  std::vector<DelayedRoutes> outbound{};  ///< ascending delay
  std::vector<std::size_t> constants{};  ///< inbound routes that bring constants, in the order of the network
  std::vector<std::size_t> count_sizes{};  ///< MaxGate: units of the source of every inbound route
  std::size_t rank = 0;                    ///< place in step_order()
  bool sums_events = false;  ///< a relay, or fed by one: several contributions of one event come together

  [[nodiscard]] std::size_t units() const noexcept { return static_cast<std::size_t>(shape.size()); }
  [[nodiscard]] bool is_relay() const noexcept { return std::holds_alternative<Relay>(role); }
  [[nodiscard]] bool is_analog_input() const noexcept { return std::holds_alternative<AnalogInput>(role); }
  [[nodiscard]] bool has_current() const noexcept { return !constants.empty() || !current.empty(); }
  /// Whether the tick changes the potential of every unit: by a current or by a leak.
  [[nodiscard]] bool ticks_every_unit() const noexcept;
  /// Projections with this delay; null if there are none.
  [[nodiscard]] const DelayedRoutes* outbound_after(Step delay) const noexcept;
};

/// A network ready to run event by event: immutable, with its own copy of the weights.
struct Wiring {
  std::vector<WiredPopulation> populations{};
  std::vector<Route> routes{};                 ///< one per projection of the network
  std::vector<PopulationId> constant_order{};  ///< sources of constants before their targets
  std::vector<PopulationId> step_order{};      ///< sources of projections without delay before their targets
  std::vector<Step> delays{};                  ///< those >= 1 that occur, descending
  PopulationId input = 0;
};

/// Validates `network` first.
[[nodiscard]] Wiring wire(const Network& network);

}  // namespace homolog::sim
