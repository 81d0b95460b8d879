#include <cassert>

#include "conversion/spiking/apply_kernel.hpp"
#include "conversion/spiking/convert.hpp"

namespace homolog::conversion {
namespace {

/// Mean emission per step: spikes / steps of a spiking population; of a relay, what it passes on.
std::vector<double> rates(const sim::Network& network, sim::PopulationId id,
                          const std::vector<std::vector<std::uint32_t>>& counts, std::uint32_t steps) {
  const sim::Population& population = network.populations[id];
  std::vector<double> values(static_cast<std::size_t>(population.shape.size()), 0.0);
  if (std::holds_alternative<sim::Relay>(population.role)) {
    for (const sim::Projection& projection : network.projections) {
      if (projection.target == id) {
        apply_kernel(projection.kernel, rates(network, projection.source, counts, steps), values);
      }
    }
    return values;
  }
  assert(counts[id].size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(counts[id][i]) / static_cast<double>(steps);
  }
  return values;
}

}  // namespace

std::vector<float> decode(const Twin& twin, const Layer& layer,
                          const std::vector<std::vector<std::uint32_t>>& counts, std::uint32_t steps) {
  std::vector<double> values(layer.offset.begin(), layer.offset.end());
  values.resize(static_cast<std::size_t>(layer.shape.size()), 0.0);
  if (layer.population) {
    const std::vector<double> rate = rates(twin.network, *layer.population, counts, steps);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] += rate[i] * static_cast<double>(layer.scale[i % layer.scale.size()]);
    }
  }
  for (const Layer::Reading& reading : layer.reading) {
    apply_kernel(reading.kernel, rates(twin.network, reading.source, counts, steps), values);
  }
  return sim::chw_values(layer.shape, std::vector<float>(values.begin(), values.end()));
}

}  // namespace homolog::conversion
