#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/spike_trains.hpp"

namespace homolog::sim {

/// The windows of a gather kernel along a row of its target.
struct GatherWindows {
  const std::size_t* first_run = nullptr;  ///< [OW + 1]
  const GatherKernel::Run* runs = nullptr;
  std::size_t column = 1;      ///< rows of weights of a column: KH * group channels
  bool events_repeat = false;  ///< a row of weights may have several events in a step: blocks of positions

  [[nodiscard]] std::span<const GatherKernel::Run> runs_of(std::size_t x) const noexcept {
    return {runs + first_run[x], first_run[x + 1] - first_run[x]};
  }

  /// Steps in which the window of position x has events.
  [[nodiscard]] std::uint64_t active_steps(const EventLists& events, std::size_t x) const noexcept {
    std::uint64_t active = 0;
    for (const GatherKernel::Run& run : runs_of(x)) {
      for (std::size_t column_x = run.first_x; column_x < run.last_x; ++column_x) {
        active |= events.active[column_x];
      }
    }
    return active;
  }
};

/// The kernel with 8-bit weights; as GatherKernel::add, for spikes. `tiles`: one or two, of neighbouring
/// chunks and the same positions; `weights`: of their chunks. Returns the number of events of a chunk.
std::uint64_t gather_int8(const GatherWindows& windows, const GatherKernel::ChunkWeights* weights,
                          const EventLists& events, std::span<const Tile> tiles);

/// Where a row of a gather kernel that reads one source position finds its events.
struct GatherPositions {
  const PerStep<std::uint64_t>& bits;
  std::size_t channels = 1;       ///< of the source
  std::size_t first_channel = 0;  ///< that are read
  std::size_t view_channels = 1;
};

/// GatherKernel::add straight from the bits of spikes; returns the number of events.
std::uint64_t gather_positions(const GatherWindows& windows, const GatherPositions& positions,
                               const GatherKernel::ChunkWeights& weights, const Tile& tile);

/// Where a row of a gather kernel finds its spikes unit by unit, and room for those of one window.
struct GatherTrains {
  std::span<const TrainRow> source_rows{};
  std::size_t channels = 1;         ///< of the source
  std::uint32_t* rows = nullptr;    ///< [rows of weights of a window], written
  std::uint64_t* trains = nullptr;  ///< likewise
};

/// Width of the chunk that gather_trains() is for.
inline constexpr std::size_t kTrainWidth = 16;

/// GatherKernel::add with the steps of a block as lanes; returns the number of events.
std::uint64_t gather_trains(const GatherWindows& windows, const GatherTrains& source,
                            const GatherKernel::ChunkWeights& weights, const Tile& tile);

/// Lays 8-bit weights [rows][width] out as gather_int8() reads them.
void pack_int8(std::span<const std::int8_t> values, std::size_t width, AlignedBuffer<std::uint8_t>& bytes);

}  // namespace homolog::sim
