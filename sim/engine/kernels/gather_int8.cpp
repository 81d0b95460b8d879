// 8-bit weights into 16-bit accumulators, without loss.
//
// A row of weights is read as 16-bit lanes of two bytes: the low byte is one channel's weight + 128 (so that it
// is not negative), the high byte another channel's weight. Adding whole lanes gives sum(low) + 256 sum(high) modulo
// 2^16, adding lanes shifted right by 8 gives sum(high); so three instructions add a whole vector of bytes. After at most
// 256 rows |sum(high)| <= 256 * 127 < 2^15 and sum(low) <= 256 * 255 < 2^16: both are exact, and move on to 32 bits.

#include <algorithm>
#include <bit>

#include "sim/engine/kernels/gather_geometry.hpp"

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

/// totals[channel] += exact sums of up to kMostRows rows; `sums` is then zero.
template <std::size_t kBytes>
HWY_INLINE void flush(const Sums<kBytes>& sums, std::size_t rows, std::int32_t* HWY_RESTRICT totals) {
  using Tag = typename Sums<kBytes>::Tag;
  const Tag d;
  HWY_ALIGN std::uint16_t low[kBytes / 2];
  HWY_ALIGN std::int16_t high[kBytes / 2];
  const hn::RebindToUnsigned<Tag> du;
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    const std::size_t at = j * hn::MaxLanes(d);
    const auto even = hn::Sub(sums.all[j], hn::ShiftLeft<8>(sums.high[j]));
    hn::Store(hn::BitCast(du, even), du, low + at);
    hn::Store(sums.high[j], d, high + at);
  }
  const auto bias = kBias * static_cast<std::int32_t>(rows);
  for (std::size_t block = 0; block < kBytes / kBlock; ++block) {
    for (std::size_t i = 0; i < kHalf; ++i) {
      totals[block * kBlock + i] += std::int32_t{low[block * kHalf + i]} - bias;
      totals[block * kBlock + kHalf + i] += high[block * kHalf + i];
    }
  }
}

template <std::size_t kBytes>
HWY_INLINE void clear(Sums<kBytes>& sums) {
  for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
    sums.all[j] = hn::Zero(typename Sums<kBytes>::Tag());
    sums.high[j] = hn::Zero(typename Sums<kBytes>::Tag());
  }
}

template <std::size_t kBytes>
HWY_INLINE void add_bytes(const std::uint8_t* HWY_RESTRICT weights, const UnitId* HWY_RESTRICT units,
                          std::size_t count, Sums<kBytes>& sums) {
  const typename Sums<kBytes>::Tag d;
  for (std::size_t e = 0; e < count; ++e) {
    const auto* HWY_RESTRICT row =
        reinterpret_cast<const std::int16_t*>(weights + std::size_t{units[e]} * kBytes);
    for (std::size_t j = 0; j < Sums<kBytes>::kVectors; ++j) {
      const auto lanes = hn::Load(d, row + j * hn::MaxLanes(d));
      sums.all[j] = hn::Add(sums.all[j], lanes);
      sums.high[j] = hn::Add(sums.high[j], hn::ShiftRight<8>(lanes));
    }
  }
}

template <std::size_t kBytes>
std::uint64_t gather_bytes(const GatherGeometry& geometry, const GatherKernel::ChunkWeights& weights,
                           std::span<const RowEvents* const> events, const Tile& tile) {
  const std::size_t width = tile.chunk.width;
  std::uint64_t total_count = 0;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const auto runs = geometry.runs_of(x);
    const std::uint64_t active = active_steps(geometry, events, x);
    std::uint64_t& touched = tile.touched[x - tile.x0];
    for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
      const auto step = static_cast<Step>(std::countr_zero(rest));
      HWY_ALIGN std::int32_t totals[kBytes] = {};
      Sums<kBytes> sums;
      clear(sums);
      std::size_t rows = 0;  // in sums
      for (std::size_t r = 0; r < events.size(); ++r) {
        const RowEvents& row = *events[r];
        const std::uint32_t* bounds = row.first(step);
        const std::uint8_t* row_weights =
            weights.bytes.data() + geometry.rows[r].kernel * geometry.kernel_row * kBytes;
        for (const GatherKernel::Run& run : runs) {
          std::size_t begin = bounds[run.first_x];
          const std::size_t end = bounds[run.last_x];
          total_count += end - begin;
          while (begin < end) {
            const std::size_t count = std::min(end - begin, kMostRows - rows);
            add_bytes<kBytes>(row_weights + run.shift * static_cast<std::int64_t>(kBytes),
                              row.units() + begin, count, sums);
            begin += count;
            rows += count;
            if (rows == kMostRows) {
              flush(sums, rows, totals);
              clear(sums);
              rows = 0;
            }
          }
        }
      }
      flush(sums, rows, totals);
      float* HWY_RESTRICT z = tile.sums(x) + step * width;
      const bool first = (touched >> step & 1U) == 0;
      for (std::size_t j = 0; j < width; ++j) {
        const float sum = weights.scale[j] * static_cast<float>(totals[j]);
        z[j] = (first ? 0.0F : z[j]) + sum;
      }
    }
    touched |= active;
  }
  return total_count;
}

std::uint64_t gather_int8_rows(const GatherGeometry& geometry, const GatherKernel::ChunkWeights& weights,
                               std::span<const RowEvents* const> events, const Tile& tile) {
  return tile.chunk.width <= 32 ? gather_bytes<32>(geometry, weights, events, tile)
                                : gather_bytes<64>(geometry, weights, events, tile);
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(gather_int8_rows);
}  // namespace

std::uint64_t gather_int8(const GatherGeometry& geometry, const GatherKernel::ChunkWeights& weights,
                          std::span<const RowEvents* const> events, const Tile& tile) {
  return HWY_DYNAMIC_DISPATCH(gather_int8_rows)(geometry, weights, events, tile);
}

void pack_int8(std::span<const std::int8_t> values, std::size_t width, AlignedBuffer<std::uint8_t>& bytes) {
  const std::size_t rows = values.size() / width;
  const std::size_t row_bytes = int8_row(width);
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
