#include "sim/engine/prepared_network.hpp"

#include <algorithm>

#include "sim/network/order.hpp"

namespace homolog::sim {
namespace {

struct PrepareKernel {
  using Prepared = decltype(PreparedProjection::kernel);
  Prepared operator()(const Convolution& kernel) const { return ConvolutionScatter(kernel); }
  Prepared operator()(const Dense& kernel) const { return DenseScatter(kernel); }
  Prepared operator()(const AveragePool& kernel) const { return AveragePoolScatter(kernel); }
  Prepared operator()(const OneToOne& kernel) const { return OneToOneScatter(kernel); }
  Prepared operator()(const MaxPool& kernel) const { return MaxPoolWindows(kernel); }
};

/// Marks what the analog input reaches directly or through relays. constant_order() brings sources first.
void mark_constants(PreparedNetwork& prepared) {
  for (const PopulationId id : prepared.constant_order) {
    PreparedPopulation& population = prepared.populations[id];
    for (const PreparedProjection& projection : population.inbound) {
      const PreparedPopulation& source = prepared.populations[projection.source];
      population.takes_constants = population.takes_constants || source.is_analog_input() ||
                                   (source.is_relay() && source.takes_constants);
    }
  }
}

}  // namespace

PreparedNetwork prepare(const Network& network) {
  validate(network);
  PreparedNetwork prepared;
  prepared.step_order = step_order(network);
  prepared.constant_order = constant_order(network);
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    const Population& population = network.populations[id];
    PreparedPopulation entry;
    entry.shape = population.shape;
    entry.role = population.role;
    entry.current = population.current;
    prepared.largest_population = std::max(prepared.largest_population, entry.units());
    if (std::holds_alternative<AnalogInput>(entry.role) || std::holds_alternative<PoissonInput>(entry.role)) {
      prepared.input = id;
    }
    prepared.populations.push_back(std::move(entry));
  }
  for (const Projection& projection : network.projections) {
    prepared.populations[projection.target].inbound.push_back(
        {.source = projection.source,
         .delay = projection.delay,
         .kernel = std::visit(PrepareKernel{}, projection.kernel)});
    Step& longest = prepared.populations[projection.source].longest_delay;
    longest = std::max(longest, projection.delay);
  }
  mark_constants(prepared);
  return prepared;
}

}  // namespace homolog::sim
