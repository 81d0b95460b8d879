#include "sim/engine/spike_trains.hpp"

#include <algorithm>
#include <bit>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/spike_trains.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#ifndef HOMOLOG_SPIKE_TRAINS_ONCE
#define HOMOLOG_SPIKE_TRAINS_ONCE
namespace homolog::sim {
/// SpikeTrains in the making.
struct TrainLists {
  UnitId* units = nullptr;
  std::uint64_t* trains = nullptr;
  std::uint32_t* first = nullptr;
  std::size_t count = 0;     ///< of units so far
  std::size_t x = 0;         ///< the next position
  std::size_t boundary = 0;  ///< the unit with which it begins
};
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Blocks of kHalf x kHalf bits beside the diagonal change places, in all blocks of twice that size.
template <int kHalf>
HWY_INLINE void swap_blocks(std::uint64_t* HWY_RESTRICT words) {
  constexpr std::uint64_t kLow = ~std::uint64_t{0} / ((std::uint64_t{1} << kHalf) + std::uint64_t{1});
  const hn::CappedTag<std::uint64_t, std::size_t{kHalf}> d;
  const auto low = hn::Set(d, kLow);
  for (std::size_t block = 0; block < kBitsPerWord; block += 2 * std::size_t{kHalf}) {
    for (std::size_t i = block; i < block + std::size_t{kHalf}; i += hn::MaxLanes(d)) {
      const auto upper = hn::LoadU(d, words + i);
      const auto lower = hn::LoadU(d, words + i + std::size_t{kHalf});
      const auto change = hn::And(hn::Xor(hn::ShiftRight<kHalf>(upper), lower), low);
      hn::StoreU(hn::Xor(upper, hn::ShiftLeft<kHalf>(change)), d, words + i);
      hn::StoreU(hn::Xor(lower, change), d, words + i + std::size_t{kHalf});
    }
  }
}

void transpose(std::uint64_t* HWY_RESTRICT words) {
  swap_blocks<32>(words);
  swap_blocks<16>(words);
  swap_blocks<8>(words);
  swap_blocks<4>(words);
  swap_blocks<2>(words);
  swap_blocks<1>(words);
}

/// Adds the spikes of `steps` steps of unit `unit` and the 63 behind it. Returns their number.
std::uint64_t add_word(const PerStep<std::uint64_t>& rows, Step silent, Step steps, std::size_t unit,
                       std::size_t channels, std::size_t end, TrainLists& lists) {
  HWY_ALIGN std::uint64_t words[kBitsPerWord] = {};
  std::uint64_t any = 0;
  for (Step step = silent; step < steps; ++step) {
    words[step] = rows[step][unit / kBitsPerWord];
    any |= words[step];
  }
  const std::size_t size = std::min(kBitsPerWord, end - unit);
  any &= low_bits(size);  // what lies behind belongs to no position
  for (; lists.boundary < unit + size; ++lists.x, lists.boundary += channels) {
    const std::uint64_t before = any & low_bits(lists.boundary - unit);
    lists.first[lists.x] =
        static_cast<std::uint32_t>(lists.count + static_cast<std::size_t>(std::popcount(before)));
  }
  if (any == 0) {
    return 0;
  }
  transpose(words);
  std::uint64_t spikes = 0;
  for (std::uint64_t rest = any; rest != 0; rest &= rest - 1) {
    const auto bit = static_cast<std::uint32_t>(std::countr_zero(rest));
    lists.units[lists.count] = static_cast<UnitId>(unit) + bit;
    lists.trains[lists.count] = words[bit];
    spikes += static_cast<std::uint64_t>(std::popcount(words[bit]));
    ++lists.count;
  }
  return spikes;
}

/// Returns the number of spikes.
std::uint64_t list_trains(const PerStep<std::uint64_t>& rows, Step silent, Step steps, std::size_t channels,
                          std::size_t end, TrainLists& lists) {
  std::uint64_t spikes = 0;
  for (std::size_t unit = 0; unit < end; unit += kBitsPerWord) {
    spikes += add_word(rows, silent, steps, unit, channels, end, lists);
  }
  return spikes;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(transpose);
HWY_EXPORT(list_trains);
}  // namespace

void transpose_bits(std::uint64_t* words) {
  HWY_DYNAMIC_DISPATCH(transpose)(words);
}

void SpikeTrains::collect(const SourceRows& source, std::size_t y, std::size_t width, std::size_t channels) {
  PerStep<std::uint64_t> rows{};
  source.bits(y, rows);
  const std::size_t end = width * channels;
  units_.reserve(end, 0);
  trains_.reserve(end, 0);
  first_.resize(width + 1);
  TrainLists lists{.units = units_.data(), .trains = trains_.data(), .first = first_.data()};
  spikes_ = HWY_DYNAMIC_DISPATCH(list_trains)(rows, source.silent(), source.steps, channels, end, lists);
  count_ = lists.count;
  first_[width] = static_cast<std::uint32_t>(count_);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
