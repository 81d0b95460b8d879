// 8-bit weights into 16-bit accumulators, without loss (int8_layout.hpp). After kMostRows rows sums move on
// to 32 bits.

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <utility>

#include "sim/engine/kernels/gather_windows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/gather_int8.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/int8_sums-inl.h"

#ifndef HOMOLOG_GATHER_INT8_ONCE
#define HOMOLOG_GATHER_INT8_ONCE
namespace homolog::sim {
/// A row of weights that are all 0.
alignas(64) inline constexpr std::array<std::uint8_t, 64> kZeroRow = [] {
  std::array<std::uint8_t, 64> row{};
  for (std::size_t i = 0; i < row.size(); i += 2) {
    row[i] = kBias;
  }
  return row;
}();
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// totals = sums of up to kMostRows rows, or totals + sums; exact.
template <std::size_t kBytes>
HWY_INLINE void flush(const Sums<kBytes>& sums, std::size_t rows, bool first, Totals<kBytes>& totals) {
  using Tag = typename Sums<kBytes>::Tag;
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  HWY_ALIGN std::uint16_t low[kBytes / 2];
  HWY_ALIGN std::int16_t high[kBytes / 2];
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    const std::size_t at = j * hn::MaxLanes(d);
    const auto even = hn::Sub(sums.all[j], hn::ShiftLeft<8>(sums.high[j]));
    hn::Store(hn::BitCast(du, even), du, low + at);
    hn::Store(sums.high[j], d, high + at);
  }
  const hn::CappedTag<std::int32_t, kHalf> d32;
  const hn::Rebind<std::int16_t, decltype(d32)> d16;
  const hn::Rebind<std::uint16_t, decltype(d32)> du16;
  const auto bias = hn::Set(d32, kBias * static_cast<std::int32_t>(rows));
  for (std::size_t i = 0; i < kBytes / 2; i += hn::MaxLanes(d32)) {
    std::int32_t* HWY_RESTRICT to = totals.channel + i / kHalf * kBlock + i % kHalf;
    auto low_sum = hn::Sub(hn::PromoteTo(d32, hn::Load(du16, low + i)), bias);
    auto high_sum = hn::PromoteTo(d32, hn::Load(d16, high + i));
    if (!first) {
      low_sum = hn::Add(low_sum, hn::Load(d32, to));
      high_sum = hn::Add(high_sum, hn::Load(d32, to + kHalf));
    }
    hn::Store(low_sum, d32, to);
    hn::Store(high_sum, d32, to + kHalf);
  }
}

/// sums += one row.
template <std::size_t kBytes>
HWY_INLINE void add_row(const std::uint8_t* HWY_RESTRICT row, Sums<kBytes>& sums) {
  const typename Sums<kBytes>::Tag d;
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    const auto lanes = hn::Load(d, reinterpret_cast<const std::int16_t*>(row) + j * hn::MaxLanes(d));
    sums.all[j] = hn::Add(sums.all[j], lanes);
    sums.high[j] = hn::Add(sums.high[j], hn::ShiftRight<8>(lanes));
  }
}

template <std::size_t kBytes>
HWY_INLINE void clear(Sums<kBytes>& sums) {
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    sums.all[j] = hn::Zero(typename Sums<kBytes>::Tag());
    sums.high[j] = hn::Zero(typename Sums<kBytes>::Tag());
  }
}

/// A chunk whose rows are being added.
template <std::size_t kBytes>
struct Adding {
  const std::uint8_t* weights = nullptr;  ///< [unit][kBytes]
  Sums<kBytes> sums;
};

/// The sums of each chunk += `count` >= 1 rows, and one more of zeros if their number is even: no branch
/// depends on that. Returns how many rows that makes.
template <std::size_t... kBytes>
HWY_INLINE std::size_t add_bytes(const UnitId* HWY_RESTRICT units, std::size_t count,
                                 Adding<kBytes>&... chunks) {
  const std::size_t pairs = count / 2;
  for (std::size_t e = 0; e < 2 * pairs; e += 2) {
    (add_row(chunks.weights + std::size_t{units[e]} * kBytes, chunks.sums), ...);
    (add_row(chunks.weights + std::size_t{units[e + 1]} * kBytes, chunks.sums), ...);
  }
  const std::size_t last = units[count - 1];
  (add_row(count % 2 == 0 ? kZeroRow.data() : chunks.weights + last * kBytes, chunks.sums), ...);
  return 2 * pairs + 1;
}

/// totals = exact sums of the rows of one window in one step, however many.
template <std::size_t kBytes>
HWY_NOINLINE void sum_window(const std::uint8_t* bytes, const EventLists& events, Step step,
                             std::span<const GatherKernel::Run> runs, Totals<kBytes>& totals) {
  const std::uint32_t* bounds = events.bounds(step);
  Adding<kBytes> chunk;
  bool first = true;  // nothing is in totals
  for (const GatherKernel::Run& run : runs) {
    chunk.weights = bytes + run.shift * static_cast<std::int64_t>(kBytes);
    std::size_t begin = bounds[run.first_x];
    std::size_t left = bounds[run.last_x] - begin;
    while (left > 0) {
      const std::size_t part = std::min(left, kMostRows - 1);
      clear(chunk.sums);
      const std::size_t rows = add_bytes(events.units + begin, part, chunk);
      flush(chunk.sums, rows, first, totals);
      first = false;
      begin += part;
      left -= part;
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
template <std::size_t kBytes>
HWY_INLINE Adding<kBytes> nothing_of(const Target<kBytes>& target, const GatherKernel::Run& run) {
  Adding<kBytes> chunk;
  chunk.weights = target.bytes + run.shift * static_cast<std::int64_t>(kBytes);
  clear(chunk.sums);
  return chunk;
}

template <std::size_t kBytes>
HWY_INLINE void finish_sums(const Sums<kBytes>& sums, std::size_t rows, const Target<kBytes>& target,
                            std::size_t x, Step step) {
  float* z = target.sums(x, step);
  if (HWY_UNLIKELY(target.is_touched(x, step))) {
    scale_sums<kBytes, true>(sums, rows, target.scale, target.tile.chunk.width, z);
  } else {
    scale_sums<kBytes, false>(sums, rows, target.scale, target.tile.chunk.width, z);
  }
}
#endif

/// Any number of events, in any number of runs.
template <std::size_t kBytes>
HWY_INLINE void sum_target(const Target<kBytes>& target, const EventLists& events,
                           std::span<const GatherKernel::Run> runs, std::size_t x, Step step) {
  Totals<kBytes> totals;
  sum_window(target.bytes, events, step, runs, totals);
  scale_totals(totals, target.scale, target.is_touched(x, step), target.tile.chunk.width,
               target.sums(x, step));
}

/// The same windows of neighbouring chunks: one walk along the events of a window serves them all.
template <std::size_t... kBytes>
std::uint64_t gather_bytes(const GatherWindows& windows, const EventLists& events,
                           const Target<kBytes>&... targets) {
  std::uint64_t total = 0;
  const auto [x0, x1] = [](const Tile& tile, const auto&... /*others*/) {
    return std::pair{tile.x0, tile.x1};
  }(targets.tile...);
  for (std::size_t x = x0; x < x1; ++x) {
    const auto runs = windows.runs_of(x);
    for (const Step step : events.order[x].steps()) {
      const std::uint32_t* bounds = events.bounds(step);
      std::size_t count = 0;
      for (const GatherKernel::Run& run : runs) {
        count += bounds[run.last_x] - bounds[run.first_x];
      }
      total += count;
#if HWY_TARGET != HWY_SCALAR
      if (HWY_LIKELY(runs.size() == 1 && count < kMostRows)) {
        const UnitId* units = events.units + bounds[runs.front().first_x];
        [&](Adding<kBytes>... chunks) HWY_ATTR {
          const std::size_t rows = add_bytes(units, count, chunks...);
          (finish_sums(chunks.sums, rows, targets, x, step), ...);
        }(nothing_of(targets, runs.front())...);
        continue;
      }
#endif
      (sum_target(targets, events, runs, x, step), ...);
    }
    ((targets.tile.touched[x - x0] |= events.order[x].active()), ...);
  }
  return total;
}

std::uint64_t gather_int8_rows(const GatherWindows& windows, const GatherKernel::ChunkWeights* weights,
                               const EventLists& events, std::span<const Tile> tiles) {
  return with_target(weights[0], tiles[0], [&](const auto& first) {
    if (tiles.size() == 1) {
      return gather_bytes(windows, events, first);
    }
    return with_target(weights[1], tiles[1],
                       [&](const auto& second) { return gather_bytes(windows, events, first, second); });
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(gather_int8_rows);
}  // namespace

std::uint64_t gather_int8(const GatherWindows& windows, const GatherKernel::ChunkWeights* weights,
                          const EventLists& events, std::span<const Tile> tiles) {
  return HWY_DYNAMIC_DISPATCH(gather_int8_rows)(windows, weights, events, tiles);
}

void pack_int8(std::span<const std::int8_t> values, std::size_t width, AlignedBuffer<std::uint8_t>& bytes) {
  const std::size_t rows = values.size() / width;
  const std::size_t row_bytes = std::max(width, kBlock);
  bytes = AlignedBuffer<std::uint8_t>(rows * row_bytes);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < row_bytes; ++i) {
      const std::size_t block = i / kBlock;
      const std::size_t channel = block * kBlock + i % kBlock / 2 + (i % 2) * kHalf;
      const int value = channel < width ? values[row * width + channel] : 0;
      bytes.data()[row * row_bytes + i] = static_cast<std::uint8_t>(i % 2 == 0 ? value + kBias : value);
    }
  }
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
