#pragma once

// One neuron whose input in every step is chosen: a chain of clock neurons fires one after the other.

#include <string>
#include <vector>

#include "sim/correction/correction.hpp"

namespace homolog::sim {

/// Clock neuron s fires in step s alone and gives the unit inputs[s].
inline Network driven_unit(const std::vector<float>& inputs, float threshold = 1.0F, float initial = 0.5F) {
  const Shape one{.channels = 1};
  const Shape clock{.channels = static_cast<std::int64_t>(inputs.size())};
  Network network;
  network.populations = {{.name = "input", .shape = one, .role = AnalogInput{}},
                         {.name = "clock", .shape = clock, .role = Neurons{IntegrateAndFire{}}},
                         {.name = "unit",
                          .shape = one,
                          .role = Neurons{IntegrateAndFire{.threshold = threshold, .initial = initial}}}};
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    network.populations[1].initial.push_back(s == 0 ? 1.0F : 0.0F);  // the first fires by itself
  }
  OneToOne next{.in = clock, .out = clock};
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    next.target.push_back(s + 1 < inputs.size() ? static_cast<UnitId>(s + 1) : kNoUnit);
    next.weight.push_back(1.0F);
  }
  network.projections = {
      {.source = 1, .target = 1, .delay = 1, .kernel = next},
      {.source = 1, .target = 2, .kernel = Dense{.in = clock, .out = one, .channels = 1, .weights = inputs}}};
  return network;
}

/// The unit's spikes and potential after its inputs, from the potential `onset` (of the unit; the clock
/// begins as the network says).
struct DrivenRun {
  std::uint64_t spikes = 0;
  float potential = 0.0F;
  float corrected = 0.0F;  ///< initial potential that the correction gives
};

inline DrivenRun drive(const Network& network, Step steps, const Correction& correction,
                       const std::vector<float>& onset = {}) {
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const float silence = 0.0F;
  const std::vector<std::vector<float>> initial{{}, {}, onset};
  const Response response = simulator.run(state,
                                          {.values = std::span<const float>(&silence, 1),
                                           .steps = steps,
                                           .initial = initial,
                                           .keeps_extremes = true},
                                          nullptr);
  return {.spikes = response.spikes[2],
          .potential = state.potentials(2)[0],
          .corrected = corrected_potentials(network, state, correction)[2][0]};
}

}  // namespace homolog::sim
