#include "conversion/spiking/replay_plan.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/engine/spike_record.hpp"

namespace homolog::conversion {
namespace {

using sim::PopulationId;

std::uint64_t record_bytes(const sim::Population& population, sim::Step steps, std::int64_t images) {
  return static_cast<std::uint64_t>(images) *
         sim::SpikeRecord::bytes(population.shape, steps, sim::is_signed(population.role));
}

/// Marks the sources of `wanted`, their sources and so on; of those for which `ends` is true nothing more.
template <class Ends>
std::vector<bool> sources_of(const sim::Network& network, std::vector<PopulationId> wanted,
                             const Ends& ends) {
  std::vector<std::vector<PopulationId>> sources(network.populations.size());
  for (const sim::Projection& projection : network.projections) {
    sources[projection.target].push_back(projection.source);
  }
  std::vector<bool> marked(network.populations.size(), false);
  while (!wanted.empty()) {
    const PopulationId id = wanted.back();
    wanted.pop_back();
    for (const PopulationId source : sources[id]) {
      if (!marked[source]) {
        marked[source] = true;
        if (!ends(source)) {
          wanted.push_back(source);
        }
      }
    }
  }
  return marked;
}

std::vector<PopulationId> from(PopulationId first, const sim::Network& network) {
  std::vector<PopulationId> ids;
  for (PopulationId id = first; id < network.populations.size(); ++id) {
    ids.push_back(id);
  }
  return ids;
}

}  // namespace

ReplayPlan plan_replay(const sim::Network& network, std::span<const PopulationId> targets, sim::Step steps,
                       std::int64_t images, std::uint64_t most_bytes) {
  if (!std::is_sorted(targets.begin(), targets.end())) {
    throw Error(ErrorKind::internal, "the targets of a replay must ascend");
  }
  ReplayPlan plan;
  std::vector<bool> recorded(network.populations.size(), false);
  std::uint64_t bytes = 0;
  for (const PopulationId target : targets) {
    ReplayStage stage{.target = target};
    const auto spikes = [&](PopulationId id) { return sim::is_spiking(network.populations[id].role); };
    const std::vector<bool> read = sources_of(network, from(target, network), spikes);
    for (PopulationId id = 0; id < target; ++id) {
      const std::uint64_t more = record_bytes(network.populations[id], steps, images);
      if (read[id] && spikes(id) && !recorded[id] && more <= most_bytes - bytes) {
        stage.record.push_back(id);
        recorded[id] = true;
        bytes += more;
      }
    }
    plan.bytes = std::max(plan.bytes, bytes);
    const std::vector<bool> needed = sources_of(network, from(target, network),
                                                [&](PopulationId id) { return id < target && recorded[id]; });
    for (PopulationId id = 0; id < target; ++id) {
      if (recorded[id] && !needed[id]) {
        stage.drop.push_back(id);
        recorded[id] = false;
        bytes -= record_bytes(network.populations[id], steps, images);
      }
    }
    plan.stages.push_back(std::move(stage));
  }
  return plan;
}

NetworkPart part_of(const sim::Network& network, std::span<const PopulationId> wanted,
                    const std::vector<bool>& recorded) {
  std::vector<bool> taken =
      sources_of(network, {wanted.begin(), wanted.end()}, [&](PopulationId id) { return recorded[id]; });
  for (const PopulationId id : wanted) {
    taken[id] = true;
  }
  NetworkPart part;
  part.network.phases = network.phases;
  std::vector<PopulationId> place(network.populations.size(), 0);
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    const sim::Population& population = network.populations[id];
    if (!taken[id] && !sim::is_input(population.role)) {
      continue;
    }
    place[id] = static_cast<PopulationId>(part.ids.size());
    part.ids.push_back(id);
    part.network.populations.push_back(population);
    if (recorded[id]) {
      part.network.populations.back().current.clear();
      part.network.populations.back().initial.clear();
    }
  }
  for (const sim::Projection& projection : network.projections) {
    if (taken[projection.target] && !recorded[projection.target]) {
      part.network.projections.push_back(projection);
      part.network.projections.back().source = place[projection.source];
      part.network.projections.back().target = place[projection.target];
    }
  }
  return part;
}

}  // namespace homolog::conversion
