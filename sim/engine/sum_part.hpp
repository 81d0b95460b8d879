#pragma once

#include <cstdint>
#include <span>
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

/// Whether the spikes that the windows of target row y read are taken unit by unit.
inline bool takes_units(const GatherKernel& gather, const SourceRows& source, RowCache& cache,
                        std::size_t y) {
  return gather.reads_units() && !source.weighted() && cache.units(y).pay;
}

/// Adds what arrives at a tile over a projection; returns the number of contributions. `cache`: of the
/// events that a gather kernel reads.
inline std::uint64_t add_arrival(const Arrival& arrival, RowCache& cache, const Tile& tile) {
  const SourceRows& source = arrival.source;
  if (const auto* gather = std::get_if<GatherKernel>(&arrival.projection->kernel)) {
    if (!gather->reaches(tile.chunk_index)) {
      return 0;
    }
    if (gather->reads_trains() && !source.weighted() && cache.trains(tile.y).pay) {
      return gather->add(cache.room_for(cache.trains(tile.y)), tile);
    }
    if (takes_units(*gather, source, cache, tile.y)) {
      return gather->add(cache.window_of(cache.units(tile.y)), tile);
    }
    if (gather->reads_positions() && !source.weighted() && cache.bits(tile.y).sparse) {
      return gather->add(cache.bits(tile.y).words, tile);
    }
    return gather->add(cache.row(tile.y, gather->group_of(tile.chunk_index)), source.weighted(), tile);
  }
  if (const auto* channelwise = std::get_if<ChannelwiseKernel>(&arrival.projection->kernel)) {
    return channelwise->add(source, tile);
  }
  if (const auto* one_to_one = std::get_if<OneToOneKernel>(&arrival.projection->kernel)) {
    return one_to_one->add(source, tile);
  }
  return 0;
}

/// The same for tiles of one chunk or of two neighbouring ones.
inline std::uint64_t add_arrival(const Arrival& arrival, RowCache& cache, std::span<const Tile> tiles) {
  const Tile& first = tiles.front();
  const auto* gather = std::get_if<GatherKernel>(&arrival.projection->kernel);
  if (tiles.size() > 1 && gather != nullptr && gather->joins_next(first.chunk_index) &&
      !takes_units(*gather, arrival.source, cache, first.y)) {
    return gather->add(cache.row(first.y, gather->group_of(first.chunk_index)), tiles);
  }
  std::uint64_t contributions = 0;
  for (const Tile& tile : tiles) {
    contributions += add_arrival(arrival, cache, tile);
  }
  return contributions;
}

/// Sums what arrives at a part of a population, tile by tile, and calls finish(tile); leaves out tiles for
/// which wants(tile) is false, which may depend on their positions alone.
template <class Wants, class Finish>
void sum_part(const PreparedPopulation& population, const std::vector<Arrival>& arrivals, Step steps,
              Worker& worker, const Part& part, const Wants& wants, const Finish& finish) {
  const std::size_t together = rows_together(population, steps);
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (const auto* gather = std::get_if<GatherKernel>(&arrivals[i].projection->kernel)) {
      worker.caches[i].begin(*gather, arrivals[i].source, together);
    }
  }
  for_each_tile(population, part, steps, worker, [&](std::span<const Tile> tiles) {
    if (!wants(tiles.front())) {
      return;
    }
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
      const std::uint64_t contributions = add_arrival(arrivals[i], worker.caches[i], tiles);
      worker.contributions += arrivals[i].counted ? contributions : 0;
    }
    for (const Tile& tile : tiles) {
      finish(tile);
    }
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
