#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/events.hpp"
#include "sim/engine/prepared_network.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::sim {

/// What one population remembers during a presentation; only what its role needs is allocated.
struct PopulationState {
  AlignedBuffer<float> v{};                          ///< Neurons: membrane potentials
  std::vector<Step> refractory_left{};               ///< Neurons with a refractory period
  bool surplus = false;                              ///< Neurons: some may be at the threshold without input
  AlignedBuffer<float> current{};                    ///< Neurons, Readout, Relay: constant over steps
  bool current_flows = false;                        ///< any of them is not 0
  std::vector<double> sum{};                         ///< Readout: of all input so far
  std::vector<std::vector<std::uint32_t>> counts{};  ///< MaxGate: [inbound projection][source unit]
  std::vector<std::uint32_t> maxima{};               ///< MaxGate
  std::vector<std::uint64_t> risen{};                ///< MaxGate: one bit per unit
  std::vector<EventBuffer> history{};  ///< what was emitted in the last longest_delay + 1 steps, a ring

  /// The buffer for what is emitted in `step`; it held step - longest_delay - 1.
  [[nodiscard]] EventBuffer& emitted(Step step) noexcept { return history[step % history.size()]; }
  /// What arrives in `step` over a projection with `delay`; nothing was emitted before step 0.
  [[nodiscard]] Events arriving(Step step, Step delay) const noexcept {
    return delay > step ? Events{} : history[(step - delay) % history.size()].events();
  }
};

/// Memory for one presentation at a time.
class PresentationState {
 public:
  explicit PresentationState(const PreparedNetwork& network);

  /// Back to the state before the first step; what an interrupted presentation left is gone.
  void rest(const PreparedNetwork& network);

  /// What the constructor allocates.
  [[nodiscard]] static std::uint64_t bytes(const PreparedNetwork& network);

  std::vector<PopulationState> populations{};
  AlignedBuffer<float> z{};            ///< summed input of the population at work; 0 between two
  EventBuffer constants;               ///< nonzero constants of the source at work
  std::vector<UnitId> input_spikes{};  ///< of a PoissonInput
  std::vector<PopulationCost> costs{};
};

}  // namespace homolog::sim
