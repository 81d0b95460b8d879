#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "sim/engine/channel_chunks.hpp"
#include "sim/engine/emission.hpp"
#include "sim/engine/kernels/channelwise.hpp"
#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/kernels/max_window.hpp"
#include "sim/engine/kernels/one_to_one.hpp"
#include "sim/network/network.hpp"
#include "sim/network/order.hpp"

namespace homolog::sim {

/// A projection as its target sees it.
struct PreparedProjection {
  PopulationId source = 0;
  Step delay = 0;
  std::variant<GatherKernel, ChannelwiseKernel, OneToOneKernel, MaxWindowKernel> kernel;
};

/// A population with all that comes in.
struct PreparedPopulation {
  Shape shape{};
  Role role{};
  std::vector<float> current{};  ///< of the network: biases, [H,W,C]; empty means none
  std::vector<float> initial{};  ///< of the network: potentials at onset, [H,W,C]; empty means the model's
  ChannelChunks channels{};
  std::vector<PreparedProjection> inbound{};  ///< in the order of Network::projections
  bool takes_constants = false;               ///< an analog input reaches it, directly or through relays
  Step longest_delay = 0;                     ///< of its outgoing projections

  [[nodiscard]] std::size_t units() const noexcept { return static_cast<std::size_t>(shape.size()); }
  [[nodiscard]] std::size_t height() const noexcept { return static_cast<std::size_t>(shape.height); }
  [[nodiscard]] std::size_t width() const noexcept { return static_cast<std::size_t>(shape.width); }
  /// Lanes of all positions.
  [[nodiscard]] std::size_t lanes() const noexcept { return height() * width() * channels.lanes; }
  /// First lane of a chunk at a position.
  [[nodiscard]] std::size_t lane(std::size_t y, std::size_t x, const Chunk& chunk) const noexcept {
    return (y * width() + x) * channels.lanes + chunk.offset;
  }
  /// Whether it has a current per unit in the State.
  [[nodiscard]] bool has_current() const noexcept { return takes_constants || !current.empty(); }
  [[nodiscard]] bool is_analog_input() const noexcept { return std::holds_alternative<AnalogInput>(role); }
  [[nodiscard]] bool is_relay() const noexcept { return std::holds_alternative<Relay>(role); }
  /// Whether it emits events in steps.
  [[nodiscard]] bool emits() const noexcept {
    return !is_analog_input() && !std::holds_alternative<Readout>(role);
  }
  [[nodiscard]] Emission::Kind emission_kind() const noexcept {
    return is_relay() ? Emission::Kind::graded
                      : (sim::is_signed(role) ? Emission::Kind::signed_spikes : Emission::Kind::spikes);
  }
  /// Whether it hands on constants.
  [[nodiscard]] bool emits_constants() const noexcept {
    return is_analog_input() || (is_relay() && takes_constants);
  }
};

/// Values kept in lanes as [H,W,C]; empty if there are none.
[[nodiscard]] std::vector<float> unpadded(const PreparedPopulation& population, std::span<const float> lanes);

/// A network ready to run: immutable, holds its own copy of the weights in the layout of the kernels.
struct PreparedNetwork {
  std::vector<PreparedPopulation> populations{};
  std::vector<Component> components{};
  std::vector<PopulationId> constant_order{};
  PopulationId input = 0;
  Step phases = 0;  ///< of the network
  Step block = 1;   ///< steps that are simulated at once, 1 .. kMostSteps
};

/// Validates `network` first.
[[nodiscard]] PreparedNetwork prepare(const Network& network);

}  // namespace homolog::sim
