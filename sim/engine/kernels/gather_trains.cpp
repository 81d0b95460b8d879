// Kernels onto at most 16 channels, with the steps of a block as lanes: a unit that fires adds its weight
// onto a channel to that channel's sums of all steps at once, masked by the unit's train of spikes. The sums
// of a step get the same numbers in the same order as from a list of its events. A unit costs the same
// however often it fires, a step costs nothing, and there are no lists: what a window costs from lists is
// mostly the start and the end of each step's list where rows are so narrow.

#include <algorithm>
#include <bit>

#include "sim/engine/kernels/gather_windows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/gather_trains.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Vectors of sums that stay in registers.
inline constexpr std::size_t kSums = 16;

#if HWY_MAX_BYTES >= 64

/// Rows become columns: 16 vectors of 16 floats.
HWY_INLINE void transpose_floats(const float* HWY_RESTRICT from, std::size_t from_stride,
                                 float* HWY_RESTRICT to, std::size_t to_stride) {
  const FloatTag d;
  const hn::Repartition<std::uint64_t, FloatTag> d64;
  hn::Vec<FloatTag> a[kLanes];
  hn::Vec<FloatTag> b[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) {
    a[i] = hn::Load(d, from + i * from_stride);
  }
  for (std::size_t i = 0; i < kLanes; i += 2) {  // pairs of rows, within blocks of four lanes
    b[i] = hn::InterleaveLower(d, a[i], a[i + 1]);
    b[i + 1] = hn::InterleaveUpper(d, a[i], a[i + 1]);
  }
  for (std::size_t i = 0; i < kLanes; i += 4) {  // four rows: a[i + k], block c = column 4 c + k
    for (std::size_t half = 0; half < 2; ++half) {
      const auto low = hn::BitCast(d64, b[i + half]);
      const auto high = hn::BitCast(d64, b[i + 2 + half]);
      a[i + 2 * half] = hn::BitCast(d, hn::InterleaveLower(d64, low, high));
      a[i + 2 * half + 1] = hn::BitCast(d, hn::InterleaveUpper(d64, low, high));
    }
  }
  for (std::size_t k = 0; k < 4; ++k) {  // blocks of four rows: [row block][column block] likewise
    for (std::size_t i = 0; i < kLanes; i += 8) {
      const auto first = a[i + k];
      const auto second = a[i + 4 + k];
      b[i + k] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(second), first);      // columns 0 and 2
      b[i + 4 + k] = hn::OddEvenBlocks(second, hn::SwapAdjacentBlocks(first));  // 1 and 3
    }
    for (std::size_t odd = 0; odd < 2; ++odd) {
      const auto upper_rows = b[4 * odd + k];
      const auto lower_rows = b[8 + 4 * odd + k];
      hn::Store(hn::ConcatLowerLower(d, lower_rows, upper_rows), d, to + (4 * odd + k) * to_stride);
      hn::Store(hn::ConcatUpperUpper(d, lower_rows, upper_rows), d, to + (4 * (2 + odd) + k) * to_stride);
    }
  }
}

/// The units that a window reads and that fire: their rows of weights, and when.
struct WindowTrains {
  const std::uint32_t* rows = nullptr;
  const std::uint64_t* trains = nullptr;
  std::size_t count = 0;
  std::uint64_t active = 0;  ///< steps with any spike
  std::size_t spikes = 0;
};

/// sums [channel][kGroups * kLanes steps] += weights x spikes, one row after the other, every sum rounded.
template <std::size_t kGroups>
HWY_INLINE void add_trains(const float* HWY_RESTRICT weights, const WindowTrains& window, bool from_zero,
                           float* HWY_RESTRICT sums) {
  constexpr std::size_t kChannels = kSums / kGroups;  // at once
  const FloatTag d;
  for (std::size_t channel = 0; channel < kTrainWidth; channel += kChannels) {
    hn::Vec<FloatTag> sum[kChannels][kGroups];
    for (std::size_t c = 0; c < kChannels; ++c) {
      for (std::size_t g = 0; g < kGroups; ++g) {
        sum[c][g] = from_zero ? hn::Zero(d) : hn::Load(d, sums + ((channel + c) * kGroups + g) * kLanes);
      }
    }
    const float* HWY_RESTRICT of_channels = weights + channel;
    for (std::size_t i = 0; i < window.count; ++i) {
      const float* HWY_RESTRICT row = of_channels + std::size_t{window.rows[i]} * kTrainWidth;
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(window.trains + i);
      for (std::size_t g = 0; g < kGroups; ++g) {
        const auto fires = hn::LoadMaskBits(d, bytes + g * kLanes / 8);
        for (std::size_t c = 0; c < kChannels; ++c) {
          sum[c][g] = hn::IfThenElse(fires, hn::Add(sum[c][g], hn::Set(d, row[c])), sum[c][g]);
        }
      }
    }
    for (std::size_t c = 0; c < kChannels; ++c) {
      for (std::size_t g = 0; g < kGroups; ++g) {
        hn::Store(sum[c][g], d, sums + ((channel + c) * kGroups + g) * kLanes);
      }
    }
  }
}

/// What one window reads, in the order of summation; written to the room that `source` has.
WindowTrains read_window(const GatherWindows& windows, const GatherTrains& source, std::size_t x) {
  WindowTrains window{.rows = source.rows, .trains = source.trains};
  for (const GatherKernel::Run& run : windows.runs_of(x)) {
    for (std::size_t column = run.first_x; column < run.last_x; ++column) {
      for (const TrainRow& row : source.source_rows) {
        // Modulo 2^32: from the place in the source row to the row of weights.
        const std::size_t place = column * (windows.column - source.channels) + row.kernel * source.channels;
        const auto plus = static_cast<std::uint32_t>(static_cast<std::int64_t>(place) + run.shift);
        const std::uint32_t* first = row.trains->first() + column;
        for (std::size_t i = first[0]; i < first[1]; ++i, ++window.count) {
          const std::uint64_t train = row.trains->trains()[i];
          source.rows[window.count] = row.trains->units()[i] + plus;
          source.trains[window.count] = train;
          window.active |= train;
          window.spikes += static_cast<std::size_t>(std::popcount(train));
        }
      }
    }
  }
  return window;
}

template <std::size_t kGroups>
std::uint64_t gather(const GatherWindows& windows, const GatherTrains& source, const float* weights,
                     const Tile& tile) {
  constexpr std::size_t kSteps = kGroups * kLanes;
  HWY_ALIGN float sums[kTrainWidth * kSteps];      // [channel][step]
  HWY_ALIGN float of_steps[kSteps * kTrainWidth];  // [step][channel], where z has fewer steps
  std::uint64_t total = 0;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const WindowTrains window = read_window(windows, source, x);
    total += window.spikes;
    if (window.active == 0) {
      continue;
    }
    std::uint64_t& touched = tile.touched[x - tile.x0];
    float* z = tile.sums(x);
    if (touched != 0) {
      for (Step step = 0; step < kSteps; ++step) {
        float* to = of_steps + step * kTrainWidth;
        if (step < tile.steps && (touched >> step & 1U) != 0) {
          std::copy_n(z + step * kTrainWidth, kTrainWidth, to);
        } else {
          std::fill_n(to, kTrainWidth, 0.0F);
        }
      }
      for (std::size_t g = 0; g < kGroups; ++g) {
        transpose_floats(of_steps + g * kLanes * kTrainWidth, kTrainWidth, sums + g * kLanes, kSteps);
      }
    }
    add_trains<kGroups>(weights, window, touched == 0, sums);
    float* to = tile.steps == kSteps ? z : of_steps;
    for (std::size_t g = 0; g < kGroups; ++g) {
      transpose_floats(sums + g * kLanes, kSteps, to + g * kLanes * kTrainWidth, kTrainWidth);
    }
    if (to != z) {
      std::copy_n(of_steps, tile.steps * kTrainWidth, z);
    }
    touched |= window.active;
  }
  return total;
}

std::uint64_t gather_by_trains(const GatherWindows& windows, const GatherTrains& source, const float* weights,
                               const Tile& tile) {
  return tile.steps <= kLanes       ? gather<1>(windows, source, weights, tile)
         : tile.steps <= 2 * kLanes ? gather<2>(windows, source, weights, tile)
                                    : gather<4>(windows, source, weights, tile);
}

#else

std::uint64_t gather_by_trains(const GatherWindows& /*windows*/, const GatherTrains& /*source*/,
                               const float* /*weights*/, const Tile& /*tile*/) {
  return 0;  // not called: see GatherKernel::reads_trains()
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(gather_by_trains);
}  // namespace

std::uint64_t gather_trains(const GatherWindows& windows, const GatherTrains& source,
                            const GatherKernel::ChunkWeights& weights, const Tile& tile) {
  return HWY_DYNAMIC_DISPATCH(gather_by_trains)(windows, source, weights.floats.data(), tile);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
