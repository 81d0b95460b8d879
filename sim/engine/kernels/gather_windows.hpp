#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/kernels/gather.hpp"

namespace homolog::sim {

/// The windows of a gather kernel along a row of its target.
struct GatherWindows {
  const std::size_t* first_run = nullptr;  ///< [OW + 1]
  const GatherKernel::Run* runs = nullptr;

  [[nodiscard]] std::span<const GatherKernel::Run> runs_of(std::size_t x) const noexcept {
    return {runs + first_run[x], first_run[x + 1] - first_run[x]};
  }
};

/// Calls add(x, step, touched, runs) for every position x and step of the tile in which the window has
/// events; `touched` says that the sums hold something already. Marks what was touched.
template <class Add>
inline void for_each_window(const GatherWindows& windows, const RowEvents& events, const Tile& tile,
                            const Add& add) {
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const auto runs = windows.runs_of(x);
    std::uint64_t active = 0;
    for (const GatherKernel::Run& run : runs) {
      for (std::size_t column = run.first_x; column < run.last_x; ++column) {
        active |= events.active(column);
      }
    }
    std::uint64_t& touched = tile.touched[x - tile.x0];
    for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
      const auto step = static_cast<Step>(std::countr_zero(rest));
      add(x, step, (touched >> step & 1U) != 0, runs);
    }
    touched |= active;
  }
}

/// The kernel with 8-bit weights; as GatherKernel::add, for spikes. Returns the number of events.
std::uint64_t gather_int8(const GatherWindows& windows, const GatherKernel::ChunkWeights& weights,
                          const RowEvents& events, const Tile& tile);

/// Lays 8-bit weights [rows][width] out as gather_int8() reads them.
void pack_int8(std::span<const std::int8_t> values, std::size_t width, AlignedBuffer<std::uint8_t>& bytes);

}  // namespace homolog::sim
