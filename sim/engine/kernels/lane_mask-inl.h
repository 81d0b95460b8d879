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

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
