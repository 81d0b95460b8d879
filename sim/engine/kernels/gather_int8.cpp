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

/// sums += `count` >= 1 rows, and one more of zeros if their number is even: no branch depends on that.
/// Returns how many rows that makes.
template <std::size_t kBytes>
HWY_INLINE std::size_t add_bytes(const std::uint8_t* HWY_RESTRICT weights, const UnitId* HWY_RESTRICT units,
                                 std::size_t count, Sums<kBytes>& sums) {
  const std::size_t pairs = count / 2;
  for (std::size_t e = 0; e < 2 * pairs; e += 2) {
    add_row(weights + std::size_t{units[e]} * kBytes, sums);
    add_row(weights + std::size_t{units[e + 1]} * kBytes, sums);
  }
  const std::uint8_t* last = weights + std::size_t{units[count - 1]} * kBytes;
  add_row(count % 2 == 0 ? kZeroRow.data() : last, sums);
  return 2 * pairs + 1;
}

template <std::size_t kBytes>
HWY_INLINE void clear(Sums<kBytes>& sums) {
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    sums.all[j] = hn::Zero(typename Sums<kBytes>::Tag());
    sums.high[j] = hn::Zero(typename Sums<kBytes>::Tag());
  }
}

/// totals = exact sums of the rows of one window in one step, however many.
template <std::size_t kBytes>
HWY_NOINLINE void sum_window(const std::uint8_t* bytes, const EventLists& events, Step step,
                             std::span<const GatherKernel::Run> runs, Totals<kBytes>& totals) {
  const std::uint32_t* bounds = events.bounds(step);
  Sums<kBytes> sums;
  bool first = true;  // nothing is in totals
  for (const GatherKernel::Run& run : runs) {
    const std::uint8_t* weights = bytes + run.shift * static_cast<std::int64_t>(kBytes);
    std::size_t begin = bounds[run.first_x];
    std::size_t left = bounds[run.last_x] - begin;
    while (left > 0) {
      const std::size_t part = std::min(left, kMostRows - 1);
      clear(sums);
      flush(sums, add_bytes(weights, events.units + begin, part, sums), first, totals);
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

template <std::size_t kBytes>
std::uint64_t gather_bytes(const GatherWindows& windows, const GatherKernel::ChunkWeights& weights,
                           const EventLists& events, const Tile& tile) {
  const std::size_t width = tile.chunk.width;
  const std::uint8_t* bytes = weights.bytes.data();
  const float* scale = weights.scale.data();
  std::uint64_t total = 0;
  Totals<kBytes> totals;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const auto runs = windows.runs_of(x);
    std::uint64_t& touched = tile.touched[x - tile.x0];
    for (const Step step : events.order[x].steps()) {
      const std::uint32_t* bounds = events.bounds(step);
      const bool is_touched = (touched >> step & 1U) != 0;
      float* z = tile.sums(x) + step * width;
      std::size_t count = 0;
      for (const GatherKernel::Run& run : runs) {
        count += bounds[run.last_x] - bounds[run.first_x];
      }
      total += count;
#if HWY_TARGET != HWY_SCALAR
      if (HWY_LIKELY(runs.size() == 1 && count < kMostRows)) {
        const GatherKernel::Run& run = runs.front();
        Sums<kBytes> sums;
        clear(sums);
        const std::size_t rows = add_bytes(bytes + run.shift * static_cast<std::int64_t>(kBytes),
                                           events.units + bounds[run.first_x], count, sums);
        if (HWY_UNLIKELY(is_touched)) {
          scale_sums<kBytes, true>(sums, rows, scale, width, z);
        } else {
          scale_sums<kBytes, false>(sums, rows, scale, width, z);
        }
        continue;
      }
#endif
      sum_window(bytes, events, step, runs, totals);
      scale_totals(totals, scale, is_touched, width, z);
    }
    touched |= events.order[x].active();
  }
  return total;
}

std::uint64_t gather_int8_rows(const GatherWindows& windows, const GatherKernel::ChunkWeights& weights,
                               const EventLists& events, const Tile& tile) {
  return tile.chunk.width <= 32 ? gather_bytes<32>(windows, weights, events, tile)
                                : gather_bytes<64>(windows, weights, events, tile);
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(gather_int8_rows);
}  // namespace

std::uint64_t gather_int8(const GatherWindows& windows, const GatherKernel::ChunkWeights& weights,
                          const EventLists& events, const Tile& tile) {
  return HWY_DYNAMIC_DISPATCH(gather_int8_rows)(windows, weights, events, tile);
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
