// Windows with few events in a step: the sums of all steps of a block lie in the first-level cache, and the
// row of weights of an event is added to those of its step, unit by unit. The sums of a step get the same
// numbers in the same order as from a list of its events, but no list of a step begins or ends, which is
// most of what a window costs where it has few. An event costs more than in registers: its sums are loaded
// and stored.

#include <algorithm>
#include <bit>

#include "sim/engine/bits.hpp"
#include "sim/engine/kernels/gather_windows.hpp"
#include "sim/engine/kernels/window_units.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/scatter_units.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// z [step][kWidth] += rows of weights of `count` entries, one after the other, every sum rounded.
template <std::size_t kWidth>
HWY_INLINE void add_entries(const float* HWY_RESTRICT weights, const std::uint32_t* HWY_RESTRICT entries,
                            std::size_t count, float* HWY_RESTRICT z) {
  const FloatTag d;
  for (std::size_t i = 0; i < count; ++i) {
    const float* HWY_RESTRICT row = weights + std::size_t{entries[i] >> UnitEvents::kStepBits} * kWidth;
    float* HWY_RESTRICT to = z + std::size_t{entries[i] % kMostSteps} * kWidth;
    for (std::size_t j = 0; j < kWidth; j += kLanes) {
      hn::Store(hn::Add(hn::Load(d, to + j), hn::Load(d, row + j)), d, to + j);
    }
  }
}

template <std::size_t kWidth>
HWY_INLINE void clear_sums(float* HWY_RESTRICT z) {
  const FloatTag d;
  for (std::size_t j = 0; j < kWidth; j += kLanes) {
    hn::Store(hn::Zero(d), d, z + j);
  }
}

template <std::size_t kWidth>
std::uint64_t scatter(const GatherWindows& windows, const UnitWindow& source, const float* weights,
                      const Tile& tile) {
  std::uint64_t total = 0;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    std::uint64_t& touched = tile.touched[x - tile.x0];
    float* z = tile.sums(x);
    const std::uint64_t active = active_steps(windows, source, x);
    if (active == 0) {
      continue;
    }
    for (std::uint64_t fresh = active & ~touched; fresh != 0; fresh &= fresh - 1) {
      clear_sums<kWidth>(z + static_cast<std::size_t>(std::countr_zero(fresh)) * kWidth);
    }
    for_each_unit_run(windows, source, x,
                      [&](const UnitEvents& events, std::size_t begin, std::size_t count, std::int64_t plus)
                          HWY_ATTR {
                            add_entries<kWidth>(weights + plus * static_cast<std::int64_t>(kWidth),
                                                events.entries() + begin, count, z);
                            total += count;
                          });
    touched |= active;
  }
  return total;
}

std::uint64_t scatter_floats(const GatherWindows& windows, const UnitWindow& source, const float* weights,
                             const Tile& tile) {
  switch (tile.chunk.width) {
    case 16: return scatter<16>(windows, source, weights, tile);
    case 32: return scatter<32>(windows, source, weights, tile);
    default: return scatter<64>(windows, source, weights, tile);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(scatter_floats);
}  // namespace

std::uint64_t scatter_units(const GatherWindows& windows, const UnitWindow& source,
                            const GatherKernel::ChunkWeights& weights, const Tile& tile) {
  return HWY_DYNAMIC_DISPATCH(scatter_floats)(windows, source, weights.floats.data(), tile);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
