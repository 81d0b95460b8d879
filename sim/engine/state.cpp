#include "sim/engine/state.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "sim/engine/bits.hpp"
#include "sim/engine/tiles.hpp"

namespace homolog::sim {
namespace {

Step refractory_of(const Neurons& neurons) {
  return std::visit([](const auto& model) { return static_cast<Step>(model.refractory); }, neurons.model);
}

float initial_of(const Neurons& neurons) {
  return std::visit([](const auto& model) { return model.initial_potential(); }, neurons.model);
}

template <class T>
void fill(AlignedBuffer<T>& buffer, T value) {
  std::fill_n(buffer.data(), buffer.size(), value);
}

/// Membrane potentials before the first step: `initial` [H,W,C], or if empty the model's.
void set_initial(const PreparedPopulation& population, const Neurons& neurons, std::span<const float> initial,
                 AlignedBuffer<float>& v) {
  if (initial.empty()) {
    fill(v, initial_of(neurons));
    return;
  }
  fill(v, 0.0F);  // the padding
  auto next = initial.begin();
  for (std::size_t first = 0; first < v.size(); first += population.channels.lanes) {
    for (const Chunk& chunk : population.channels.chunks) {
      const auto count = static_cast<std::ptrdiff_t>(chunk.channels);
      std::copy_n(next, count, v.data() + first + chunk.offset);
      next += count;
    }
  }
}

/// Of no step so far; memory is taken when they are first asked for.
void reset_extremes(const PreparedPopulation& population, PopulationState& state) {
  if (state.lowest_firing.size() == 0) {
    state.lowest_firing = AlignedBuffer<float>(population.lanes());
    state.highest_silent = AlignedBuffer<float>(population.lanes());
  }
  fill(state.lowest_firing, std::numeric_limits<float>::infinity());
  fill(state.highest_silent, -std::numeric_limits<float>::infinity());
}

/// Slots of the ring: a block, and what a delayed projection still has to deliver.
Step slots_of(const PreparedNetwork& network, const PreparedPopulation& population) {
  return network.block + population.longest_delay;
}

std::size_t largest_population(const PreparedNetwork& network) {
  std::size_t largest = 0;
  for (const PreparedPopulation& population : network.populations) {
    largest = std::max(largest, population.units());
  }
  return largest;
}

PopulationState make_population(const PreparedNetwork& network, const PreparedPopulation& population) {
  PopulationState state;
  if (const auto* neurons = std::get_if<Neurons>(&population.role)) {
    state.v = AlignedBuffer<float>(population.lanes());
    fill(state.v, 0.0F);
    if (is_signed(population.role)) {
      state.net = AlignedBuffer<std::int32_t>(population.lanes());
      fill(state.net, 0);
    }
    state.refractory_left.resize(refractory_of(*neurons) > 0 ? population.lanes() : 0);
  }
  if (population.has_current()) {
    state.current = AlignedBuffer<float>(population.lanes());
    fill(state.current, 0.0F);
  }
  if (std::holds_alternative<Readout>(population.role)) {
    state.sum.resize(population.units());
  }
  if (std::holds_alternative<MaxGate>(population.role)) {
    for (const PreparedProjection& projection : population.inbound) {
      state.counts.emplace_back(network.populations[projection.source].units());
    }
  }
  if (population.emits()) {
    state.emission = Emission(population.shape, slots_of(network, population), population.emission_kind());
  }
  if (population.emits_constants()) {
    state.constants = Emission(population.shape, 1, Emission::Kind::graded);
  }
  return state;
}

}  // namespace

Worker make_worker(const PreparedNetwork& network) {
  Worker worker;
  std::size_t inbound = 0;
  for (const PreparedPopulation& population : network.populations) {
    inbound = std::max(inbound, population.inbound.size());
  }
  worker.caches.resize(inbound);
  worker.z = AlignedBuffer<float>(kMostTogether * kTileSums);
  worker.touched.resize(kMostTogether * kTileSums);
  return worker;
}

PresentationState::PresentationState(const PreparedNetwork& network, int threads)
    : units(largest_population(network) + kBitSlack), costs(network.populations.size()) {
  for (const PreparedPopulation& population : network.populations) {
    populations.push_back(make_population(network, population));
  }
  for (int i = 0; i < threads; ++i) {
    workers.push_back(make_worker(network));
  }
  if (threads > 1) {
    arena = std::make_unique<tbb::task_arena>(threads);
  }
  rest(network, {});
}

void PresentationState::rest(const PreparedNetwork& network, const Presentation& presentation) {
  keeps_extremes = presentation.keeps_extremes;
  for (PopulationId id = 0; id < populations.size(); ++id) {
    PopulationState& state = populations[id];
    if (const auto* neurons = std::get_if<Neurons>(&network.populations[id].role)) {
      const PreparedPopulation& population = network.populations[id];
      const bool given = !presentation.initial.empty() && !presentation.initial[id].empty();
      set_initial(population, *neurons, given ? presentation.initial[id] : population.initial, state.v);
      if (keeps_extremes) {
        reset_extremes(population, state);
      }
    }
    fill(state.net, 0);
    std::fill(state.refractory_left.begin(), state.refractory_left.end(), Step{0});
    std::fill(state.sum.begin(), state.sum.end(), 0.0);
    for (auto& counts : state.counts) {
      std::fill(counts.begin(), counts.end(), 0U);
    }
  }
}

std::uint64_t PresentationState::bytes(const PreparedNetwork& network) {
  std::uint64_t bytes = (largest_population(network) + kBitSlack) * sizeof(UnitId);
  for (const PreparedPopulation& population : network.populations) {
    bytes += sizeof(PopulationState);
    if (const auto* neurons = std::get_if<Neurons>(&population.role)) {
      bytes += population.lanes() * (sizeof(float) + (refractory_of(*neurons) > 0 ? sizeof(Step) : 0) +
                                     (is_signed(population.role) ? sizeof(std::int32_t) : 0));
    }
    bytes += population.has_current() ? population.lanes() * sizeof(float) : 0;
    bytes += std::holds_alternative<Readout>(population.role) ? population.units() * sizeof(double) : 0;
    if (std::holds_alternative<MaxGate>(population.role)) {
      for (const PreparedProjection& projection : population.inbound) {
        bytes += network.populations[projection.source].units() * sizeof(std::uint32_t);
      }
    }
    if (population.emits()) {
      bytes += Emission::bytes(population.shape, slots_of(network, population), population.emission_kind());
    }
    bytes += population.emits_constants() ? Emission::bytes(population.shape, 1, Emission::Kind::graded) : 0;
  }
  return bytes + worker_bytes(network, network.block, false);
}

std::uint64_t worker_bytes(const PreparedNetwork& network, Step steps, bool all_graded) {
  std::uint64_t caches = 0;
  for (const PreparedPopulation& population : network.populations) {
    std::uint64_t lists = 0;  // of its inbound projections; the same memory serves the next population
    for (const PreparedProjection& projection : population.inbound) {
      if (const auto* gather = std::get_if<GatherKernel>(&projection.kernel)) {
        const PreparedPopulation& source = network.populations[projection.source];
        const std::uint64_t row =
            RowList::bytes(source.width(), static_cast<std::size_t>(source.shape.channels), steps,
                           all_graded || source.emission_kind() != Emission::Kind::spikes);
        const std::size_t together = rows_together(population, steps);
        // The lists of source rows, and merged once per target row.
        lists +=
            row * (std::min(gather->most_rows(together), source.height()) + together * gather->most_rows(1)) +
            together * gather->groups() * population.width() * sizeof(StepOrder);
        if (gather->reads_units()) {
          lists += UnitEvents::bytes(source.width(), static_cast<std::size_t>(source.shape.channels),
                                     gather->most_unit_events(steps)) *
                   std::min(gather->most_rows(together), source.height());
        }
        if (gather->reads_trains()) {  // some rows may be, while others are listed
          const auto channels = static_cast<std::size_t>(source.shape.channels);
          lists += SpikeTrains::bytes(source.width(), channels) *
                       std::min(gather->most_rows(together), source.height()) +
                   SpikeTrains::bytes(gather->rows(), 1);
        }
      }
    }
    caches = std::max(caches, lists);
  }
  return caches + kMostTogether * kTileSums * (sizeof(float) + sizeof(std::uint64_t));
}

}  // namespace homolog::sim
