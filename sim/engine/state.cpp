#include "sim/engine/state.hpp"

#include <algorithm>

#include "sim/engine/bits.hpp"

namespace homolog::sim {
namespace {

Step refractory_of(const Neurons& neurons) {
  return std::visit([](const auto& model) { return static_cast<Step>(model.refractory); }, neurons.model);
}

bool starts_at_threshold(const Neurons& neurons) {
  return std::visit([](const auto& model) { return model.initial_potential() >= model.threshold; },
                    neurons.model);
}

std::size_t poisson_units(const PreparedNetwork& network) {
  const PreparedPopulation& input = network.populations[network.input];
  return std::holds_alternative<PoissonInput>(input.role) ? input.units() : 0;
}

template <class T>
void fill(AlignedBuffer<T>& buffer, T value) {
  std::fill_n(buffer.data(), buffer.size(), value);
}

PopulationState make_population(const PreparedNetwork& network, const PreparedPopulation& population) {
  PopulationState state;
  const std::size_t units = population.units();
  if (const auto* neurons = std::get_if<Neurons>(&population.role)) {
    state.v = AlignedBuffer<float>(units);
    fill(state.v, 0.0F);
    state.refractory_left.resize(refractory_of(*neurons) > 0 ? units : 0);
  }
  if (population.has_current()) {
    state.current = AlignedBuffer<float>(units);
    fill(state.current, 0.0F);
  }
  if (std::holds_alternative<Readout>(population.role)) {
    state.sum.resize(units);
  }
  if (std::holds_alternative<MaxGate>(population.role)) {
    for (const PreparedProjection& projection : population.inbound) {
      state.counts.emplace_back(network.populations[projection.source].units());
    }
    state.maxima.resize(units);
    state.risen.resize((units + kBitsPerWord - 1) / kBitsPerWord);
  }
  if (population.emits()) {
    for (Step slot = 0; slot <= population.longest_delay; ++slot) {
      state.history.emplace_back(units, population.is_relay());
    }
  }
  return state;
}

}  // namespace

PresentationState::PresentationState(const PreparedNetwork& network)
    : z(network.largest_population), constants(network.largest_population, true) {
  for (const PreparedPopulation& population : network.populations) {
    populations.push_back(make_population(network, population));
  }
  input_spikes.reserve(poisson_units(network));
  costs.resize(network.populations.size());
  rest(network);
}

void PresentationState::rest(const PreparedNetwork& network) {
  fill(z, 0.0F);
  for (PopulationId id = 0; id < populations.size(); ++id) {
    PopulationState& state = populations[id];
    if (const auto* neurons = std::get_if<Neurons>(&network.populations[id].role)) {
      fill(state.v, std::visit([](const auto& model) { return model.initial_potential(); }, neurons->model));
      state.surplus = starts_at_threshold(*neurons);
    }
    std::fill(state.refractory_left.begin(), state.refractory_left.end(), Step{0});
    std::fill(state.sum.begin(), state.sum.end(), 0.0);
    for (auto& counts : state.counts) {
      std::fill(counts.begin(), counts.end(), 0U);
    }
    std::fill(state.maxima.begin(), state.maxima.end(), 0U);
    std::fill(state.risen.begin(), state.risen.end(), 0U);
    for (EventBuffer& slot : state.history) {
      slot.set_size(0);
    }
  }
}

std::uint64_t PresentationState::bytes(const PreparedNetwork& network) {
  std::uint64_t bytes = AlignedBuffer<float>::bytes(network.largest_population) +
                        EventBuffer::bytes(network.largest_population, true) +
                        poisson_units(network) * sizeof(UnitId);
  for (const PreparedPopulation& population : network.populations) {
    const std::uint64_t units = population.units();
    bytes += sizeof(PopulationState);
    if (const auto* neurons = std::get_if<Neurons>(&population.role)) {
      bytes += AlignedBuffer<float>::bytes(units);
      bytes += refractory_of(*neurons) > 0 ? units * sizeof(Step) : 0;
    }
    bytes += population.has_current() ? AlignedBuffer<float>::bytes(units) : 0;
    bytes += std::holds_alternative<Readout>(population.role) ? units * sizeof(double) : 0;
    if (std::holds_alternative<MaxGate>(population.role)) {
      bytes += units * sizeof(std::uint32_t) + units / 8 + sizeof(std::uint64_t);
      for (const PreparedProjection& projection : population.inbound) {
        bytes += network.populations[projection.source].units() * sizeof(std::uint32_t);
      }
    }
    bytes += population.emits() ? (std::uint64_t{population.longest_delay} + 1) *
                                      EventBuffer::bytes(units, population.is_relay())
                                : 0;
  }
  return bytes;
}

}  // namespace homolog::sim
