// As scatter_units.cpp with 8-bit weights: exact sums of all steps in 16 bits (int8_layout.hpp), which are
// scaled at the end; in 32 bits where a step has so many events that 16 might not do.

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "sim/engine/bits.hpp"
#include "sim/engine/kernels/gather_windows.hpp"
#include "sim/engine/kernels/window_units.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/scatter_int8.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/int8_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// counts = events of a window in each step. Returns the largest.
std::uint32_t count_steps(const GatherWindows& windows, const UnitWindow& source, std::size_t x,
                          std::array<std::uint32_t, kMostSteps>& counts) {
  counts.fill(0);
  for_each_unit_position(windows, source, x,
                         [&](const UnitEvents& events, std::size_t position, std::int64_t /*plus*/) {
                           const std::uint16_t* of_position = events.counts(position);
                           for (std::size_t step = 0; step < kMostSteps; ++step) {
                             counts[step] += of_position[step];
                           }
                         });
  return *std::max_element(counts.begin(), counts.end());
}

/// Exact sums in 32 bits, however many events a step has.
template <std::size_t kBytes>
HWY_NOINLINE void scatter_wide(const GatherWindows& windows, const UnitWindow& source,
                               const Target<kBytes>& target, std::size_t x, std::uint64_t active) {
  std::array<Totals<kBytes>, kMostSteps> totals;
  for (Totals<kBytes>& of_step : totals) {
    std::fill_n(of_step.channel, kBytes, 0);
  }
  for_each_unit_run(windows, source, x,
                    [&](const UnitEvents& events, std::size_t begin, std::size_t count, std::int64_t plus) {
                      for (std::size_t i = begin; i < begin + count; ++i) {
                        const std::uint32_t entry = events.entries()[i];
                        const std::int64_t row = std::int64_t{entry >> UnitEvents::kStepBits} + plus;
                        const std::uint8_t* from = target.bytes + row * static_cast<std::int64_t>(kBytes);
                        std::int32_t* to = totals[entry % kMostSteps].channel;
                        for (std::size_t b = 0; b < kBytes; b += 2) {
                          std::int32_t* channel = to + b / kBlock * kBlock + b % kBlock / 2;
                          channel[0] += std::int32_t{from[b]} - kBias;
                          channel[kHalf] += static_cast<std::int8_t>(from[b + 1]);
                        }
                      }
                    });
  for (; active != 0; active &= active - 1) {
    const auto step = static_cast<Step>(std::countr_zero(active));
    scale_totals(totals[step], target.scale, target.is_touched(x, step), target.tile.chunk.width,
                 target.sums(x, step));
  }
}

#if HWY_TARGET != HWY_SCALAR
/// Sums of each step as add_bytes() keeps them in registers: those of whole lanes, then those of high bytes.
template <std::size_t kBytes>
struct StepSums {
  static constexpr std::size_t kLanesOf = kBytes / 2;
  HWY_ALIGN std::int16_t lanes[kMostSteps * 2 * kLanesOf];
};

/// The steps of sums += rows of weights of `count` entries.
template <std::size_t kBytes>
HWY_INLINE void add_entries(const std::uint8_t* HWY_RESTRICT weights,
                            const std::uint32_t* HWY_RESTRICT entries, std::size_t count,
                            StepSums<kBytes>& sums) {
  const typename Sums<kBytes>::Tag d;
  constexpr std::size_t kLanesOf = StepSums<kBytes>::kLanesOf;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* HWY_RESTRICT row = reinterpret_cast<const std::int16_t*>(
        weights + std::size_t{entries[i] >> UnitEvents::kStepBits} * kBytes);
    std::int16_t* HWY_RESTRICT to = sums.lanes + std::size_t{entries[i] % kMostSteps} * 2 * kLanesOf;
    for (std::size_t j = 0; j < kLanesOf; j += hn::MaxLanes(d)) {
      const auto lanes = hn::Load(d, row + j);
      hn::Store(hn::Add(hn::Load(d, to + j), lanes), d, to + j);
      hn::Store(hn::Add(hn::Load(d, to + kLanesOf + j), hn::ShiftRight<8>(lanes)), d, to + kLanesOf + j);
    }
  }
}

template <std::size_t kBytes>
HWY_INLINE void clear_step(Step step, StepSums<kBytes>& sums) {
  const typename Sums<kBytes>::Tag d;
  std::int16_t* HWY_RESTRICT to = sums.lanes + std::size_t{step} * 2 * StepSums<kBytes>::kLanesOf;
  for (std::size_t j = 0; j < 2 * StepSums<kBytes>::kLanesOf; j += hn::MaxLanes(d)) {
    hn::Store(hn::Zero(d), d, to + j);
  }
}

template <std::size_t kBytes>
HWY_INLINE Sums<kBytes> sums_of(const StepSums<kBytes>& sums, Step step) {
  const typename Sums<kBytes>::Tag d;
  constexpr std::size_t kLanesOf = StepSums<kBytes>::kLanesOf;
  const std::int16_t* HWY_RESTRICT from = sums.lanes + std::size_t{step} * 2 * kLanesOf;
  Sums<kBytes> of_step;
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    of_step.all[j] = hn::Load(d, from + j * hn::MaxLanes(d));
    of_step.high[j] = hn::Load(d, from + kLanesOf + j * hn::MaxLanes(d));
  }
  return of_step;
}

/// The sums of a window in 16 bits, of the steps in which it has events: `counts` of them, fewer than
/// kMostRows.
template <std::size_t kBytes>
void scatter_narrow(const GatherWindows& windows, const UnitWindow& source, const Target<kBytes>& target,
                    std::size_t x, std::uint64_t active,
                    const std::array<std::uint32_t, kMostSteps>& counts) {
  StepSums<kBytes> sums;
  for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
    clear_step(static_cast<Step>(std::countr_zero(rest)), sums);
  }
  for_each_unit_run(windows, source, x,
                    [&](const UnitEvents& events, std::size_t begin, std::size_t count, std::int64_t plus)
                        HWY_ATTR {
                          add_entries<kBytes>(target.bytes + plus * static_cast<std::int64_t>(kBytes),
                                              events.entries() + begin, count, sums);
                        });
  const std::size_t width = target.tile.chunk.width;
  for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
    const auto step = static_cast<Step>(std::countr_zero(rest));
    const Sums<kBytes> of_step = sums_of(sums, step);
    if (HWY_UNLIKELY(target.is_touched(x, step))) {
      scale_sums<kBytes, true>(of_step, counts[step], target.scale, width, target.sums(x, step));
    } else {
      scale_sums<kBytes, false>(of_step, counts[step], target.scale, width, target.sums(x, step));
    }
  }
}
#else
template <std::size_t kBytes>
void scatter_narrow(const GatherWindows& windows, const UnitWindow& source, const Target<kBytes>& target,
                    std::size_t x, std::uint64_t active,
                    const std::array<std::uint32_t, kMostSteps>& /*counts*/) {
  scatter_wide(windows, source, target, x, active);
}
#endif

template <std::size_t kBytes>
std::uint64_t scatter(const GatherWindows& windows, const UnitWindow& source, const Target<kBytes>& target) {
  const Tile& tile = target.tile;
  std::uint64_t total = 0;
  std::array<std::uint32_t, kMostSteps> counts{};
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const std::uint64_t active = active_steps(windows, source, x);
    if (active == 0) {
      continue;
    }
    if (count_steps(windows, source, x, counts) < kMostRows) {
      scatter_narrow(windows, source, target, x, active, counts);
    } else {
      scatter_wide(windows, source, target, x, active);
    }
    total += std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    tile.touched[x - tile.x0] |= active;
  }
  return total;
}

std::uint64_t scatter_bytes(const GatherWindows& windows, const UnitWindow& source,
                            const GatherKernel::ChunkWeights& weights, const Tile& tile) {
  return with_target(weights, tile, [&](const auto& target) { return scatter(windows, source, target); });
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(scatter_bytes);
}  // namespace

std::uint64_t scatter_int8(const GatherWindows& windows, const UnitWindow& source,
                           const GatherKernel::ChunkWeights& weights, const Tile& tile) {
  return HWY_DYNAMIC_DISPATCH(scatter_bytes)(windows, source, weights, tile);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
