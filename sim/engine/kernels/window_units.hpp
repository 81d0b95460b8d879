#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/kernels/gather_windows.hpp"
#include "sim/engine/unit_events.hpp"

namespace homolog::sim {

/// Where a row of a gather kernel finds its spikes unit by unit, as lists over all steps.
struct UnitWindow {
  std::span<const UnitRow> source_rows{};
  std::size_t channels = 1;  ///< of the source
  std::size_t pool = 1;      ///< positions of a row in a block
};

/// Calls act(source row, source position, plus) for all positions of the window of x in the order of
/// summation; row of weights = unit + plus.
template <class Act>
inline void for_each_unit_position(const GatherWindows& windows, const UnitWindow& source, std::size_t x,
                                   const Act& act) {
  for (const GatherKernel::Run& run : windows.runs_of(x)) {
    for (std::size_t column = run.first_x; column < run.last_x; ++column) {
      for (std::size_t position = column * source.pool; position < (column + 1) * source.pool; ++position) {
        for (const UnitRow& row : source.source_rows) {
          const auto from_position = static_cast<std::int64_t>(column * windows.column) -
                                     static_cast<std::int64_t>(position * source.channels) +
                                     static_cast<std::int64_t>(row.kernel * source.channels);
          act(*row.events, position, from_position + run.shift);
        }
      }
    }
  }
}

/// Calls act(events, first entry, number of entries, plus) likewise.
template <class Act>
inline void for_each_unit_run(const GatherWindows& windows, const UnitWindow& source, std::size_t x,
                              const Act& act) {
  for_each_unit_position(windows, source, x,
                         [&](const UnitEvents& events, std::size_t position, std::int64_t plus) {
                           const std::uint32_t* first = events.first() + position;
                           act(events, std::size_t{first[0]}, std::size_t{first[1] - first[0]}, plus);
                         });
}

/// Steps in which the window of position x has spikes.
[[nodiscard]] inline std::uint64_t active_steps(const GatherWindows& windows, const UnitWindow& source,
                                                std::size_t x) {
  std::uint64_t active = 0;
  for_each_unit_position(windows, source, x,
                         [&](const UnitEvents& events, std::size_t position, std::int64_t /*plus*/) {
                           active |= events.active()[position];
                         });
  return active;
}

/// GatherKernel::add of spikes unit by unit; returns the number of spikes.
std::uint64_t scatter_units(const GatherWindows& windows, const UnitWindow& source,
                            const GatherKernel::ChunkWeights& weights, const Tile& tile);

/// The same with 8-bit weights.
std::uint64_t scatter_int8(const GatherWindows& windows, const UnitWindow& source,
                           const GatherKernel::ChunkWeights& weights, const Tile& tile);

}  // namespace homolog::sim
