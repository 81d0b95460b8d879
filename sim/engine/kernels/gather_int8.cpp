// 8-bit weights into 16-bit accumulators, without loss.
//
// A row of weights is read as 16-bit lanes of two bytes: the low byte is one channel's weight + 128 (so that
// it is not negative), the high byte another channel's weight. Adding whole lanes gives sum(low) + 256
// sum(high) modulo 2^16, adding lanes shifted right by 8 gives sum(high); so three instructions add a whole
// vector of bytes. After at most 256 rows |sum(high)| <= 256 * 127 < 2^15 and sum(low) <= 256 * 255 < 2^16:
// both are exact, and move on to 32 bits.

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

#ifndef HOMOLOG_GATHER_INT8_ONCE
#define HOMOLOG_GATHER_INT8_ONCE
namespace homolog::sim {
/// Channels of one block of 32 bytes: byte 2 i belongs to channel i, byte 2 i + 1 to channel 16 + i.
inline constexpr std::size_t kBlock = 32;
inline constexpr std::size_t kHalf = kBlock / 2;
inline constexpr std::int32_t kBias = 128;
inline constexpr std::size_t kMostRows = 256;

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

template <std::size_t kBytes>
struct Sums {
  using Tag = hn::CappedTag<std::int16_t, kBytes / 2>;
  static constexpr std::size_t kVectors = kBytes / 2 / hn::MaxLanes(Tag());
  hn::Vec<Tag> all[kVectors];
  hn::Vec<Tag> high[kVectors];
};

/// Exact sums of all parts of a window, per channel.
template <std::size_t kBytes>
struct Totals {
  HWY_ALIGN std::int32_t channel[kBytes];
};

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

/// z = (z or 0) + scale * float(total), the product rounded.
template <std::size_t kBytes>
HWY_INLINE void scale_totals(const Totals<kBytes>& totals, const float* HWY_RESTRICT scale, bool touched,
                             std::size_t width, float* HWY_RESTRICT z) {
  const hn::CappedTag<float, kHalf> d;
  const hn::RebindToSigned<decltype(d)> d32;
  for (std::size_t j = 0; j < width; j += hn::MaxLanes(d)) {
    const auto sum = hn::ConvertTo(d, hn::Load(d32, totals.channel + j));
    const auto contribution = hn::Mul(hn::Load(d, scale + j), sum);
    hn::Store(hn::Add(touched ? hn::Load(d, z + j) : hn::Zero(d), contribution), d, z + j);
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

#if HWY_TARGET != HWY_SCALAR  // has no halves of vectors
/// z = (z or 0) + scale * float(sum), the product rounded; of fewer than kMostRows rows.
template <std::size_t kBytes, bool kTouched>
HWY_INLINE void scale_sums(const Sums<kBytes>& sums, std::size_t rows, const float* HWY_RESTRICT scale,
                           std::size_t width, float* HWY_RESTRICT z) {
  using Tag = typename Sums<kBytes>::Tag;
  const hn::RebindToUnsigned<Tag> du;
  const hn::Half<Tag> d_half;
  const hn::RebindToUnsigned<hn::Half<Tag>> du_half;
  const hn::Rebind<std::int32_t, hn::Half<Tag>> d32;
  const hn::Rebind<float, hn::Half<Tag>> df;
  const auto bias = hn::Set(d32, kBias * static_cast<std::int32_t>(rows));
  const auto add = [&](std::size_t channel, auto sum) {
    if (kBytes > kBlock || channel < width) {  // a block may be half padding
      auto contribution = hn::Mul(hn::Load(df, scale + channel), hn::ConvertTo(df, sum));
      if constexpr (kTouched) {
        contribution = hn::Add(hn::Load(df, z + channel), contribution);
      }  // else 0 + contribution, which is never -0
      hn::Store(contribution, df, z + channel);
    }
  };
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    const auto low = hn::BitCast(du, hn::Sub(sums.all[j], hn::ShiftLeft<8>(sums.high[j])));
    const auto add_half = [&](std::size_t half, auto low_half, auto high_half) {
      const std::size_t at = j * hn::MaxLanes(Tag()) + half * hn::MaxLanes(d_half);
      const std::size_t channel = at / kHalf * kBlock + at % kHalf;
      add(channel, hn::Sub(hn::PromoteTo(d32, low_half), bias));
      add(channel + kHalf, hn::PromoteTo(d32, high_half));
    };
    add_half(0, hn::LowerHalf(du_half, low), hn::LowerHalf(d_half, sums.high[j]));
    add_half(1, hn::UpperHalf(du_half, low), hn::UpperHalf(d_half, sums.high[j]));
  }
}

#endif

/// A tile at work, and the weights of its chunk.
template <std::size_t kBytes>
struct Target {
  const std::uint8_t* bytes = nullptr;
  const float* scale = nullptr;
  const Tile& tile;

  [[nodiscard]] float* sums(std::size_t x, Step step) const { return tile.sums(x) + step * tile.chunk.width; }
  [[nodiscard]] bool is_touched(std::size_t x, Step step) const {
    return (tile.touched[x - tile.x0] >> step & 1U) != 0;
  }
};

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

/// Target<32> or Target<64> of a tile.
template <class Act>
std::uint64_t with_target(const GatherKernel::ChunkWeights& weights, const Tile& tile, const Act& act) {
  return tile.chunk.width <= kBlock
             ? act(Target<kBlock>{weights.bytes.data(), weights.scale.data(), tile})
             : act(Target<2 * kBlock>{weights.bytes.data(), weights.scale.data(), tile});
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
