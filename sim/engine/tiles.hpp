#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/engine/prepared_network.hpp"
#include "sim/engine/state.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// Sums of a tile: they stay in the first-level cache.
inline constexpr std::size_t kTileSums = kMostSteps * kWidestChunk;

/// Target rows that are worked on together: so many that a chunk's weights, once in the cache, serve for a
/// few hundred sums, whatever the number of steps.
[[nodiscard]] inline std::size_t rows_together(const PreparedPopulation& population, Step steps) noexcept {
  constexpr std::size_t kSums = 512;
  return std::clamp<std::size_t>(kSums / (population.width() * steps), 1, population.height());
}

/// A part of a population that one thread works on.
struct Part {
  std::size_t first_row = 0, last_row = 0;      ///< [first, last)
  std::size_t first_chunk = 0, last_chunk = 0;  ///< [first, last)
};

/// Parts for `threads` threads; their spikes never share a word: rows, or in a map of one position chunks
/// that begin at a multiple of 64 channels.
[[nodiscard]] std::vector<Part> parts_of(const PreparedPopulation& population, std::size_t threads);

/// Calls work(worker, part) for all parts, on the threads of the state: its `workers` and, if there are
/// several, its `arena`.
template <class State, class Work>
void for_each_part(const PreparedPopulation& population, State& state, const Work& work) {
  const std::vector<Part> parts = parts_of(population, state.workers.size());
  if (state.arena == nullptr || parts.size() == 1) {
    for (const Part& part : parts) {
      work(state.workers[0], part);
    }
    return;
  }
  state.arena->execute([&] {
    tbb::parallel_for(std::size_t{0}, parts.size(), [&](std::size_t i) {
      const auto thread = static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
      work(state.workers[thread], parts[i]);
    });
  });
}

/// Calls work(tile) for all tiles of a part: chunk after chunk, so that its weights stay in the cache. The
/// tile's z is the worker's; nothing is touched yet.
template <class Work>
void for_each_tile(const PreparedPopulation& population, const Part& part, Step steps, Worker& worker,
                   const Work& work) {
  const std::size_t together = rows_together(population, steps);
  for (std::size_t band = part.first_row; band < part.last_row; band += together) {
    const std::size_t band_end = std::min(part.last_row, band + together);
    for (std::size_t c = part.first_chunk; c < part.last_chunk; ++c) {
      const Chunk& chunk = population.channels.chunks[c];
      const std::size_t columns =
          std::clamp<std::size_t>(kTileSums / (steps * chunk.width), 1, population.width());
      for (std::size_t y = band; y < band_end; ++y) {
        for (std::size_t x = 0; x < population.width(); x += columns) {
          const std::size_t end = std::min(population.width(), x + columns);
          std::fill_n(worker.touched.begin(), end - x, std::uint64_t{0});
          work(Tile{.y = y,
                    .x0 = x,
                    .x1 = end,
                    .chunk_index = c,
                    .chunk = chunk,
                    .steps = steps,
                    .z = worker.z.data(),
                    .touched = worker.touched.data()});
        }
      }
    }
  }
}

}  // namespace homolog::sim
