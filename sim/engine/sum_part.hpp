#pragma once

#include <variant>
#include <vector>

#include "sim/engine/prepared_network.hpp"
#include "sim/engine/state.hpp"
#include "sim/engine/tiles.hpp"

namespace homolog::sim {

/// What reaches a population over one of its inbound projections in a block.
struct Arrival {
  const PreparedProjection* projection = nullptr;
  SourceRows source{};
  bool counted = true;  ///< whether its contributions are synaptic operations
};

/// Sums what arrives at a part of a population, tile by tile, and calls finish(tile); leaves out tiles for
/// which wants(tile) is false.
template <class Wants, class Finish>
void sum_part(const PreparedPopulation& population, const std::vector<Arrival>& arrivals, Step steps,
              Worker& worker, const Part& part, const Wants& wants, const Finish& finish) {
  const std::size_t together = rows_together(population, steps);
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (const auto* gather = std::get_if<GatherKernel>(&arrivals[i].projection->kernel)) {
      worker.caches[i].begin(*gather, arrivals[i].source, together);
    }
  }
  for_each_tile(population, part, steps, worker, [&](const Tile& tile) {
    if (!wants(tile)) {
      return;
    }
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
      const SourceRows& source = arrivals[i].source;
      std::uint64_t contributions = 0;
      if (const auto* gather = std::get_if<GatherKernel>(&arrivals[i].projection->kernel)) {
        if (gather->reaches(tile.chunk_index)) {
          RowCache& cache = worker.caches[i];
          if (gather->reads_trains() && !source.weighted() && cache.trains(tile.y).pay) {
            contributions = gather->add(cache.room_for(cache.trains(tile.y)), tile);
          } else if (gather->reads_positions() && !source.weighted() && cache.bits(tile.y).sparse) {
            contributions = gather->add(cache.bits(tile.y).words, tile);
          } else {
            const EventLists events = cache.row(tile.y, gather->group_of(tile.chunk_index));
            contributions = gather->add(events, source.weighted(), tile);
          }
        }
      } else if (const auto* channelwise = std::get_if<ChannelwiseKernel>(&arrivals[i].projection->kernel)) {
        contributions = channelwise->add(source, tile);
      } else if (const auto* one_to_one = std::get_if<OneToOneKernel>(&arrivals[i].projection->kernel)) {
        contributions = one_to_one->add(source, tile);
      }
      worker.contributions += arrivals[i].counted ? contributions : 0;
    }
    finish(tile);
  });
}
/// The same for all tiles.
template <class Finish>
void sum_part(const PreparedPopulation& population, const std::vector<Arrival>& arrivals, Step steps,
              Worker& worker, const Part& part, const Finish& finish) {
  sum_part(
      population, arrivals, steps, worker, part, [](const Tile&) { return true; }, finish);
}

}  // namespace homolog::sim
