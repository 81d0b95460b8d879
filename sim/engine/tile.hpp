#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/engine/channel_chunks.hpp"
#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// Steps that are simulated at once at most: one bit of a word each.
inline constexpr Step kMostSteps = 64;

/// A piece of a target population at work: positions [x0, x1) of row y, one chunk of channels, all steps
/// of a block. Projections add to z one after the other, then the population uses it up.
struct Tile {
  std::size_t y = 0;
  std::size_t x0 = 0;
  std::size_t x1 = 0;
  std::size_t chunk_index = 0;
  Chunk chunk{};
  Step steps = 0;                    ///< 1 .. kMostSteps
  float* z = nullptr;                ///< [x - x0][step][chunk.width]: summed input, valid where touched
  std::uint64_t* touched = nullptr;  ///< [x - x0]: bit s is set if step s received a contribution

  [[nodiscard]] float* sums(std::size_t x) const noexcept { return z + (x - x0) * steps * chunk.width; }
};

/// A row of words or values per step of a block; null where there is none (before the delay has passed).
template <class T>
using PerStep = std::array<const T*, kMostSteps>;

}  // namespace homolog::sim
