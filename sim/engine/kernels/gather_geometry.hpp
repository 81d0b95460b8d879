#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/kernels/gather.hpp"

namespace homolog::sim {

/// What the inner loops of a gather kernel see of it.
struct GatherGeometry {
  std::span<const Tap> rows{};               ///< of the tile's y
  std::span<const std::size_t> first_run{};  ///< [OW + 1]
  const GatherKernel::Run* runs = nullptr;
  std::size_t kernel_row = 1;

  [[nodiscard]] std::span<const GatherKernel::Run> runs_of(std::size_t x) const noexcept {
    return {runs + first_run[x], first_run[x + 1] - first_run[x]};
  }
};

/// Steps in which the window of position x has any event.
inline std::uint64_t active_steps(const GatherGeometry& geometry, std::span<const RowEvents* const> events,
                                  std::size_t x) noexcept {
  std::uint64_t active = 0;
  for (const GatherKernel::Run& run : geometry.runs_of(x)) {
    for (const RowEvents* row : events) {
      for (std::size_t ix = run.first_x; ix < run.last_x; ++ix) {
        active |= row->active(ix);
      }
    }
  }
  return active;
}

/// The kernel with 8-bit weights; as GatherKernel::add, for spikes.
std::uint64_t gather_int8(const GatherGeometry& geometry, const GatherKernel::ChunkWeights& weights,
                          std::span<const RowEvents* const> events, const Tile& tile);

/// Lays 8-bit weights [rows][width] out as gather_int8() reads them; `width` as for gather_int8.
void pack_int8(std::span<const std::int8_t> values, std::size_t width, AlignedBuffer<std::uint8_t>& bytes);

/// Bytes of a row of 8-bit weights of a chunk of `width` lanes.
[[nodiscard]] constexpr std::size_t int8_row(std::size_t width) noexcept {
  return width < 32 ? 32 : width;
}

}  // namespace homolog::sim
