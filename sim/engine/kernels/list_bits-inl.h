// Bits to ascending ids, for one Highway target. Included once per target (see foreach_target.h).

#if defined(HOMOLOG_LIST_BITS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HOMOLOG_LIST_BITS_INL_H
#undef HOMOLOG_LIST_BITS_INL_H
#else
#define HOMOLOG_LIST_BITS_INL_H
#endif

#include <hwy/highway.h>

#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/set_bits.hpp"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Writes first + i for every set bit i < size of `bits` (no other is set), ascending, to `ids`. Returns how
/// many. A byte of bits becomes eight ids at once, of which the last ones may be overwritten by the next
/// byte: no branch depends on single bits, whose patterns cannot be predicted. Up to kBitSlack entries behind
/// the last id are written.
HWY_INLINE std::size_t list_bits(std::uint64_t bits, std::size_t size, std::size_t first,
                                 std::uint32_t* HWY_RESTRICT ids) {
  if (bits == 0) {
    return 0;
  }
  const hn::CappedTag<std::uint32_t, 8> d;
  const hn::Rebind<std::uint8_t, decltype(d)> bytes;
  std::uint32_t* HWY_RESTRICT next = ids;
  auto base = hn::Set(d, static_cast<std::uint32_t>(first));
  for (std::size_t bit = 0; bit < size; bit += 8) {
    const std::size_t byte = bits >> bit & 0xFFU;
    for (std::size_t i = 0; i < 8; i += hn::MaxLanes(d)) {
      const auto places = hn::PromoteTo(d, hn::LoadU(bytes, kPlaces[byte].data() + i));
      hn::StoreU(hn::Add(base, places), d, next + i);
    }
    base = hn::Add(base, hn::Set(d, 8));
    next += std::popcount(byte);
  }
  return static_cast<std::size_t>(next - ids);
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
