#include "sim/windowed/answer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <variant>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/windowed/answer.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#ifndef HOMOLOG_ANSWER_ONCE
#define HOMOLOG_ANSWER_ONCE
namespace homolog::sim {
/// Values of few spikes are whole numbers of 2^-K.
struct Grid {
  float fine = 1.0F;     ///< 2^K
  float largest = 0.0F;  ///< 2^K - 1
};
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, 16>;

/// Calls answer(v) -> value on all potentials, vector by vector; fired where the value is above 0. Returns
/// how many potentials were above `limit`.
template <class ToValue>
HWY_INLINE std::uint64_t fire_all(float* HWY_RESTRICT v, std::size_t count, std::uint64_t* HWY_RESTRICT bits,
                                  float limit, const ToValue& value_of) {
  const Tag d;
  constexpr std::size_t kLanes = hn::MaxLanes(Tag());
  std::uint64_t above = 0;
  for (std::size_t first = 0; first < count; first += kBitsPerWord) {
    const std::size_t end = std::min(count, first + kBitsPerWord);
    std::uint64_t word = 0;
    for (std::size_t i = first; i < end; i += kLanes) {
      // A row is followed by others or by padding, so whole vectors can be read; what lies behind is kept.
      const std::size_t lanes = std::min(kLanes, end - i);
      const auto potential = hn::LoadU(d, v + i);
      const auto value = value_of(potential);
      const auto own = hn::FirstN(d, lanes);
      const auto fires = hn::And(own, hn::Gt(value, hn::Zero(d)));
      above += hn::CountTrue(d, hn::And(own, hn::Gt(potential, hn::Set(d, limit))));
      hn::StoreU(hn::IfThenElse(own, hn::IfThenElseZero(fires, value), potential), d, v + i);
      std::uint64_t mask = 0;
      (void)hn::StoreMaskBits(d, fires, reinterpret_cast<std::uint8_t*>(&mask));
      word |= mask << (i - first);
    }
    bits[first / kBitsPerWord] = word;
  }
  return above;
}

std::uint64_t fire_in_time(float* v, std::size_t count, std::uint64_t* bits, float length, float largest) {
  const Tag d;
  const auto window = hn::Set(d, length);
  const auto earliest = hn::Set(d, length - largest);
  return fire_all(v, count, bits, largest, [&](hn::Vec<Tag> potential) HWY_ATTR {
    const auto positive = hn::Max(potential, hn::Zero(d));
    const auto time = hn::Max(hn::Sub(window, positive), earliest);
    return hn::Sub(window, time);
  });
}

std::uint64_t fire_fractions(float* v, std::size_t count, std::uint64_t* bits, const Grid& grid) {
  const Tag d;
  const auto fine = hn::Set(d, grid.fine);
  const auto half = hn::Set(d, 0.5F);
  const auto largest = hn::Set(d, grid.largest);
  const auto coarse = hn::Set(d, 1.0F / grid.fine);
  return fire_all(v, count, bits, (grid.largest + 0.5F) / grid.fine, [&](hn::Vec<Tag> potential) HWY_ATTR {
    // Half a step is not added first: that sum might be rounded up to the next whole number.
    const auto scaled = hn::Mul(potential, fine);
    const auto below = hn::Floor(scaled);
    const auto up = hn::Ge(hn::Sub(scaled, below), half);
    const auto number = hn::Add(below, hn::IfThenElseZero(up, hn::Set(d, 1.0F)));
    return hn::Mul(hn::Min(hn::Max(number, hn::Zero(d)), largest), coarse);
  });
}

void find_range(const float* v, std::size_t count, PotentialRange& range) {
  const Tag d;
  constexpr std::size_t kLanes = hn::MaxLanes(Tag());
  auto highest = hn::Set(d, range.highest);
  auto sum = hn::Zero(d);  // of 0 v: NaN if one is not finite
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const auto potential = hn::LoadU(d, v + i);
    highest = hn::Max(highest, potential);
    sum = hn::Add(sum, hn::Mul(potential, hn::Zero(d)));
  }
  float rest = 0.0F;
  float top = hn::GetLane(hn::MaxOfLanes(d, highest));
  for (; i < count; ++i) {
    top = std::max(top, v[i]);
    rest += v[i] * 0.0F;
  }
  range.highest = top;
  range.finite = range.finite && hn::GetLane(hn::SumOfLanes(d, sum)) + rest == 0.0F;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(fire_in_time);
HWY_EXPORT(fire_fractions);
HWY_EXPORT(find_range);

Grid grid_of(const FewSpikes& neuron) {
  const float fine = std::ldexp(1.0F, static_cast<int>(neuron.steps));
  return {.fine = fine, .largest = fine - 1.0F};
}

}  // namespace

void extend(PotentialRange& range, std::span<const float> potentials) {
  HWY_DYNAMIC_DISPATCH(find_range)(potentials.data(), potentials.size(), range);
}

Answer::Answer(const WindowNeuron& neuron, const PotentialRange& range) : neuron_(neuron) {
  if (const auto* ttfs = std::get_if<TimeToFirstSpike>(&neuron)) {
    const float needed = std::min(std::max(range.highest, 0.0F), ttfs->ceiling);
    length_ = ttfs->window > 0.0F ? ttfs->window : needed;
    largest_ = std::min(length_, ttfs->ceiling);
    clips_ = largest_ < ttfs->ceiling;
  } else {
    const Grid grid = grid_of(std::get<FewSpikes>(neuron));
    largest_ = grid.largest / grid.fine;
    clips_ = true;
  }
}

std::uint64_t Answer::fire(std::span<float> potentials, std::uint64_t* bits) const {
  std::uint64_t above = 0;
  if (std::holds_alternative<TimeToFirstSpike>(neuron_)) {
    above = HWY_DYNAMIC_DISPATCH(fire_in_time)(potentials.data(), potentials.size(), bits, length_, largest_);
  } else {
    above = HWY_DYNAMIC_DISPATCH(fire_fractions)(potentials.data(), potentials.size(), bits,
                                                 grid_of(std::get<FewSpikes>(neuron_)));
  }
  return clips_ ? above : 0;
}

namespace {

std::uint32_t number_of(const FewSpikes& neuron, float value) {
  return static_cast<std::uint32_t>(std::ldexp(value, static_cast<int>(neuron.steps)));
}

}  // namespace

void append_times(const WindowNeuron& neuron, float length, float value, std::vector<double>& times) {
  if (std::holds_alternative<TimeToFirstSpike>(neuron)) {
    times.push_back((double{length} - double{value}) / double{length});
    return;
  }
  const auto& few = std::get<FewSpikes>(neuron);
  const std::uint32_t number = number_of(few, value);
  for (std::uint32_t step = 0; step < few.steps; ++step) {
    if ((number >> (few.steps - 1 - step) & 1U) != 0) {
      times.push_back(static_cast<double>(step) / static_cast<double>(few.steps));
    }
  }
}

std::uint32_t spikes_of(const WindowNeuron& neuron, float value) {
  if (const auto* few = std::get_if<FewSpikes>(&neuron)) {
    return static_cast<std::uint32_t>(std::popcount(number_of(*few, value)));
  }
  return value > 0.0F ? 1 : 0;
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
