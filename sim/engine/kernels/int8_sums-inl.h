// Sums of 8-bit weights (int8_layout.hpp) and what becomes of them, for one Highway target. Included once per
// target (see foreach_target.h).

#if defined(HOMOLOG_INT8_SUMS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HOMOLOG_INT8_SUMS_INL_H
#undef HOMOLOG_INT8_SUMS_INL_H
#else
#define HOMOLOG_INT8_SUMS_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/kernels/int8_layout.hpp"
#include "sim/engine/tile.hpp"

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

/// Target<32> or Target<64> of a tile.
template <class Act>
std::uint64_t with_target(const GatherKernel::ChunkWeights& weights, const Tile& tile, const Act& act) {
  return tile.chunk.width <= kBlock
             ? act(Target<kBlock>{weights.bytes.data(), weights.scale.data(), tile})
             : act(Target<2 * kBlock>{weights.bytes.data(), weights.scale.data(), tile});
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
