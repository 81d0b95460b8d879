#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/engine/prepared_network.hpp"
#include "sim/engine/state.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// Sums of a tile: they stay in the first-level cache, or those of two tiles nearly.
inline constexpr std::size_t kTileSums = kMostSteps * kWidestChunk;

/// Chunks that are worked on together at most.
inline constexpr std::size_t kMostTogether = 2;

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

/// Chunks, from `chunk` on, that are worked on together: two if all gather kernels that reach them
/// joins_next(), and if the rows of weights leave room for others in the second-level cache; else one.
[[nodiscard]] std::size_t chunks_together(const PreparedPopulation& population, std::size_t chunk);

/// Calls work(tiles) for all tiles of a part: chunk after chunk, so that its weights stay in the cache; a
/// call is for the same positions of one chunk or of two neighbouring ones. The tiles' z are the worker's;
/// nothing is touched yet.
template <class Work>
void for_each_tile(const PreparedPopulation& population, const Part& part, Step steps, Worker& worker,
                   const Work& work) {
  const std::size_t together = rows_together(population, steps);
  std::array<Tile, kMostTogether> tiles{};
  for (std::size_t band = part.first_row; band < part.last_row; band += together) {
    const std::size_t band_end = std::min(part.last_row, band + together);
    std::size_t chunks = 1;
    for (std::size_t c = part.first_chunk; c < part.last_chunk; c += chunks) {
      chunks = std::min(chunks_together(population, c), part.last_chunk - c);
      std::size_t widest = 0;
      for (std::size_t i = 0; i < chunks; ++i) {
        tiles[i].chunk_index = c + i;
        tiles[i].chunk = population.channels.chunks[c + i];
        widest = std::max(widest, tiles[i].chunk.width);
      }
      const std::size_t columns =
          std::clamp<std::size_t>(kTileSums / (steps * widest), 1, population.width());
      for (std::size_t y = band; y < band_end; ++y) {
        for (std::size_t x = 0; x < population.width(); x += columns) {
          const std::size_t end = std::min(population.width(), x + columns);
          for (std::size_t i = 0; i < chunks; ++i) {
            tiles[i].y = y;
            tiles[i].x0 = x;
            tiles[i].x1 = end;
            tiles[i].steps = steps;
            tiles[i].z = worker.z.data() + i * kTileSums;
            tiles[i].touched = worker.touched.data() + i * kTileSums;
            std::fill_n(tiles[i].touched, end - x, std::uint64_t{0});
          }
          work(std::span<const Tile>(tiles.data(), chunks));
        }
      }
    }
  }
}

}  // namespace homolog::sim
