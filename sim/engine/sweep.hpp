#pragma once

#include "sim/engine/prepared_network.hpp"
#include "sim/engine/simulator.hpp"
#include "sim/engine/state.hpp"

namespace homolog::sim {

/// Advances populations of one presentation, each by a block of steps at a time.
class Sweep {
 public:
  Sweep(const PreparedNetwork& network, const Presentation& presentation, PresentationState& state,
        Response& response)
      : network_(network), presentation_(presentation), state_(state), response_(response) {}

  /// Computes the constant current of every population: what the analog input gives directly and through
  /// relays, plus the network's own. Before the first step.
  void set_currents();

  /// Steps first .. first + steps - 1 of population `id`, steps <= network.block. Everything that its sources
  /// emit in these steps (earlier ones, where a projection has a delay) must be there.
  void advance(PopulationId id, Step first, Step steps);

 private:
  const PreparedNetwork& network_;
  const Presentation& presentation_;
  PresentationState& state_;
  Response& response_;
};

}  // namespace homolog::sim
