#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "sim/engine/kernels/average_pool.hpp"
#include "sim/engine/kernels/convolution.hpp"
#include "sim/engine/kernels/dense.hpp"
#include "sim/engine/kernels/max_pool.hpp"
#include "sim/engine/kernels/one_to_one.hpp"
#include "sim/network/network.hpp"

namespace homolog::sim {

/// A projection as its target sees it.
struct PreparedProjection {
  PopulationId source = 0;
  Step delay = 0;
  std::variant<ConvolutionScatter, DenseScatter, AveragePoolScatter, OneToOneScatter, MaxPoolWindows> kernel;
};

/// A population with all that comes in.
struct PreparedPopulation {
  Shape shape{};
  Role role{};
  std::vector<float> current{};               ///< of the network: biases; empty means none
  std::vector<PreparedProjection> inbound{};  ///< in the order of Network::projections
  bool takes_constants = false;               ///< an analog input reaches it, directly or through relays
  Step longest_delay = 0;                     ///< of its outgoing projections

  [[nodiscard]] std::size_t units() const noexcept { return static_cast<std::size_t>(shape.size()); }
  /// Whether it has a current per unit in the State.
  [[nodiscard]] bool has_current() const noexcept { return takes_constants || !current.empty(); }
  [[nodiscard]] bool is_analog_input() const noexcept { return std::holds_alternative<AnalogInput>(role); }
  [[nodiscard]] bool is_relay() const noexcept { return std::holds_alternative<Relay>(role); }
  /// Whether it emits events in steps.
  [[nodiscard]] bool emits() const noexcept {
    return !is_analog_input() && !std::holds_alternative<Readout>(role);
  }
};

/// A network ready to run: immutable, holds its own copy of the weights in the layout of the kernels.
struct PreparedNetwork {
  std::vector<PreparedPopulation> populations{};
  std::vector<PopulationId> step_order{};
  std::vector<PopulationId> constant_order{};
  PopulationId input = 0;
  std::size_t largest_population = 0;  ///< units
};

/// Validates `network` first.
[[nodiscard]] PreparedNetwork prepare(const Network& network);

}  // namespace homolog::sim
