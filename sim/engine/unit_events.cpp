#include "sim/engine/unit_events.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/unit_events.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Spikes that are written at once, so that no branch depends on how often a unit fires, unless it is often.
inline constexpr std::size_t kAtOnce = 4;

/// Writes the steps of a train, and up to kAtOnce entries behind them. Returns their number.
HWY_INLINE std::size_t list_train(std::uint64_t train, std::uint32_t unit, std::uint32_t* HWY_RESTRICT to) {
  const auto count = static_cast<std::size_t>(std::popcount(train));
  const std::uint32_t entry = unit << UnitEvents::kStepBits;
  std::size_t done = 0;
  do {
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      to[done + i] = entry + static_cast<std::uint32_t>(std::countr_zero(train));
      train &= train - 1;
    }
    done += kAtOnce;
  } while (HWY_UNLIKELY(done < count));
  return count;
}

/// The units at one position; returns the number of entries so far. `counts`: [kMostSteps].
std::size_t list_position(const SpikeTrains& trains, std::size_t x, std::size_t count,
                          std::uint32_t* HWY_RESTRICT entries, std::uint16_t* HWY_RESTRICT counts,
                          std::uint64_t& active) {
  const std::size_t before = count;
  active = 0;
  for (std::size_t i = trains.first()[x]; i < trains.first()[x + 1]; ++i) {
    const std::uint64_t train = trains.trains()[i];
    active |= train;
    count += list_train(train, trains.units()[i], entries + count);
  }
  std::fill_n(counts, kMostSteps, std::uint16_t{0});
  for (std::size_t i = before; i < count; ++i) {
    ++counts[entries[i] % kMostSteps];
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(list_position);
constexpr std::size_t kSlack = 8;
}  // namespace

void UnitEvents::collect(const SourceRows& source, std::size_t y, std::size_t width, std::size_t channels) {
  trains_.collect(source, y, width, channels);
  entries_.reserve(trains_.spikes() + kSlack, 0);
  counts_.reserve(width * kMostSteps, 0);
  first_.resize(width + 1);
  active_.resize(width);
  std::size_t count = 0;
  for (std::size_t x = 0; x < width; ++x) {
    first_[x] = static_cast<std::uint32_t>(count);
    count = HWY_DYNAMIC_DISPATCH(list_position)(trains_, x, count, entries_.data(),
                                                counts_.data() + x * kMostSteps, active_[x]);
  }
  first_[width] = static_cast<std::uint32_t>(count);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
