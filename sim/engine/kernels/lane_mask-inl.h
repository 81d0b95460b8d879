// Bits to lanes and back, for one Highway target. Included once per target (see foreach_target.h).

#if defined(HOMOLOG_LANE_MASK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HOMOLOG_LANE_MASK_INL_H
#undef HOMOLOG_LANE_MASK_INL_H
#else
#define HOMOLOG_LANE_MASK_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of at most 16 floats: the narrowest chunk.
using FloatTag = hn::CappedTag<float, 16>;
inline constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());

/// The mask whose lane i is bit i of `bits`.
template <class D>
HWY_INLINE hn::Mask<D> lane_mask(D d, std::uint64_t bits) {
  return hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&bits));
}

/// Bit i of the result: whether lane i of `mask` is set.
template <class D, class M>
HWY_INLINE std::uint64_t mask_bits(D d, M mask) {
  std::uint64_t bits = 0;
  (void)hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

/// Bit i of the result: whether lane i of all masks, one after the other, is set; at most 64 lanes.
template <std::size_t kVectors>
HWY_INLINE std::uint64_t masks_to_bits(FloatTag d, const hn::Mask<FloatTag> (&masks)[kVectors]) {
  std::uint64_t bits = 0;
  std::size_t j = 0;
#if HWY_TARGET == HWY_AVX2
  // Four masks become one of bytes, whose bits are taken at once.
  const auto vector = [&](std::size_t i) { return _mm256_castps_si256(hn::VecFromMask(d, masks[i]).raw); };
  for (; j + 4 <= kVectors; j += 4) {
    const __m256i halves_01 = _mm256_packs_epi32(vector(j), vector(j + 1));  // in each half of a vector
    const __m256i halves_23 = _mm256_packs_epi32(vector(j + 2), vector(j + 3));
    const __m256i bytes = _mm256_packs_epi16(halves_01, halves_23);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const auto mask =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_permutevar8x32_epi32(bytes, order)));
    bits |= std::uint64_t{mask} << (j * kLanes);
  }
#endif
  for (; j < kVectors; ++j) {
    bits |= mask_bits(d, masks[j]) << (j * kLanes);
  }
  return bits;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
