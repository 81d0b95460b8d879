#include "sim/engine/constants.hpp"

#include <algorithm>

namespace homolog::sim {
namespace {

struct Scatter {
  const Events& events;
  float* z;
  template <class Kernel>
  std::uint64_t operator()(const Kernel& kernel) const {
    return kernel(events, z);
  }
  std::uint64_t operator()(const MaxPoolWindows& /*windows*/) const { return 0; }
};

/// The nonzero values as graded events.
void collect(std::span<const float> values, EventBuffer& events) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0.0F) {
      events.units()[count] = static_cast<UnitId>(i);
      events.values()[count++] = values[i];
    }
  }
  events.set_size(count);
}

}  // namespace

std::uint64_t scatter(const PreparedProjection& projection, const Events& events, float* z) {
  return events.units.empty() ? 0 : std::visit(Scatter{events, z}, projection.kernel);
}

void set_currents(const PreparedNetwork& network, std::span<const float> stimulus, PresentationState& state) {
  for (const PopulationId id : network.constant_order) {
    const PreparedPopulation& population = network.populations[id];
    if (!population.has_current()) {
      continue;
    }
    const std::span<float> current = state.populations[id].current.span();
    std::fill(current.begin(), current.end(), 0.0F);
    for (const PreparedProjection& projection : population.inbound) {
      const PreparedPopulation& source = network.populations[projection.source];
      if (source.is_analog_input()) {
        collect(stimulus, state.constants);
      } else if (source.is_relay() && source.has_current()) {
        collect(state.populations[projection.source].current.span(), state.constants);
      } else {
        continue;
      }
      scatter(projection, state.constants.events(), current.data());
    }
    for (std::size_t i = 0; i < population.current.size(); ++i) {
      current[i] += population.current[i];
    }
    state.populations[id].current_flows =
        std::any_of(current.begin(), current.end(), [](float value) { return value != 0.0F; });
  }
}

}  // namespace homolog::sim
