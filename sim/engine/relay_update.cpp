#include "sim/engine/relay_update.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/relay_update.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Copies `count` <= 64 values and writes no others, which may belong to another thread; returns the bits of
/// those that are not 0.
HWY_INLINE std::uint64_t copy_events(const float* HWY_RESTRICT z, std::size_t count,
                                     float* HWY_RESTRICT values) {
  const FloatTag d;
  std::uint64_t bits = 0;
  for (std::size_t lane = 0; lane < count; lane += kLanes) {
    const std::size_t size = std::min(count - lane, kLanes);
    const auto sum = hn::Load(d, z + lane);
    if (size == kLanes) {
      hn::StoreU(sum, d, values + lane);
    } else {
      std::copy_n(z + lane, size, values + lane);
    }
    bits |= (mask_bits(d, hn::Ne(sum, hn::Zero(d))) & low_bits(size)) << lane;
  }
  return bits;
}

void update_relay_rows(const Tile& tile, Step first, std::size_t channels, Emission& emission) {
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const std::size_t unit = x * channels + tile.chunk.first;
    for (std::uint64_t rest = tile.touched[x - tile.x0]; rest != 0; rest &= rest - 1) {
      const auto step = static_cast<Step>(std::countr_zero(rest));
      const std::uint64_t bits = copy_events(tile.sums(x) + step * tile.chunk.width, tile.chunk.channels,
                                             emission.values(first + step, tile.y) + unit);
      set_bits(emission.row(first + step, tile.y), unit, bits);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(update_relay_rows);
}  // namespace

void update_relay(const Tile& tile, Step first, std::size_t channels, Emission& emission) {
  HWY_DYNAMIC_DISPATCH(update_relay_rows)(tile, first, channels, emission);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
