#include "sim/engine/kernels/lanes.hpp"

#include <bit>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/lanes.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

enum class Events { alike, with_signs, graded };

template <Events kEvents>
void add_masked(const LaneEvents& events, const float* HWY_RESTRICT weights, std::size_t width,
                std::uint64_t touched, float* HWY_RESTRICT sums) {
  const FloatTag d;
  for (std::uint64_t rest = events.active; rest != 0; rest &= rest - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(rest));
    const std::uint64_t bits = events.bits[step];
    const bool first = (touched >> step & 1U) == 0;
    float* HWY_RESTRICT z = sums + step * width;
    for (std::size_t lane = 0; lane < width; lane += kLanes) {
      auto contribution = hn::LoadU(d, weights + lane);
      if constexpr (kEvents == Events::graded) {
        contribution = hn::Mul(contribution, hn::LoadU(d, events.values[step] + lane));
      }
      if constexpr (kEvents == Events::with_signs) {
        contribution =
            hn::IfThenElse(lane_mask(d, events.negative[step] >> lane), hn::Neg(contribution), contribution);
      }
      contribution = hn::IfThenElseZero(lane_mask(d, bits >> lane), contribution);
      hn::Store(hn::Add(first ? hn::Zero(d) : hn::Load(d, z + lane), contribution), d, z + lane);
    }
  }
}

// Compiled per target for its instruction that counts bits.
std::uint64_t read_lane_bits(const PerStep<std::uint64_t>& bits, Step steps, std::size_t first,
                             std::size_t count, std::size_t lane, LaneEvents& events) {
  const std::size_t word = first / kBitsPerWord;
  const std::size_t shift = first % kBitsPerWord;
  const std::uint64_t mask = low_bits(count);
  const bool two_words = shift + count > kBitsPerWord;
  std::uint64_t number = 0;
  std::uint64_t active = 0;
  for (Step step = 0; step < steps; ++step) {
    const std::uint64_t* row = bits[step];
    std::uint64_t found = 0;
    if (row != nullptr) {
      found = row[word] >> shift;
      found |= two_words ? row[word + 1] << (kBitsPerWord - shift) : 0;
      found &= mask;
    }
    number += static_cast<std::uint64_t>(std::popcount(found));
    active |= std::uint64_t{found != 0} << step;
    events.bits[step] = found << lane;
  }
  events.active = active;
  events.graded = false;
  events.is_signed = false;
  return number;
}

void add_lane_events(const LaneEvents& events, const float* weights, std::size_t width, std::uint64_t touched,
                     float* sums) {
  if (events.graded) {
    add_masked<Events::graded>(events, weights, width, touched, sums);
  } else if (events.is_signed) {
    add_masked<Events::with_signs>(events, weights, width, touched, sums);
  } else {
    add_masked<Events::alike>(events, weights, width, touched, sums);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(add_lane_events);
HWY_EXPORT(read_lane_bits);
}  // namespace

std::uint64_t read_lanes(const PerStep<std::uint64_t>& bits, Step steps, std::size_t first, std::size_t count,
                         std::size_t lane, LaneEvents& events) {
  return HWY_DYNAMIC_DISPATCH(read_lane_bits)(bits, steps, first, count, lane, events);
}

void LaneRows::point_to(const SourceRows& source, std::size_t y) {
  graded = source.graded();
  is_signed = source.is_signed();
  source.bits(y, bits);
  if (graded) {
    source.values(y, values);
  }
  if (is_signed) {
    source.negative(y, negative);
  }
}

std::uint64_t read_lanes(const LaneRows& rows, Step steps, std::size_t first, std::size_t count,
                         std::size_t lane, LaneEvents& events) {
  const std::uint64_t number = read_lanes(rows.bits, steps, first, count, lane, events);
  events.graded = rows.graded;
  events.is_signed = rows.is_signed;
  for (std::uint64_t rest = rows.graded || rows.is_signed ? events.active : 0; rest != 0; rest &= rest - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(rest));
    if (rows.graded) {
      events.values[step] = rows.values[step] + first - lane;
    } else {
      events.negative[step] = read_bits(rows.negative[step], first, count) << lane;
    }
  }
  return number;
}

void add_lanes(const LaneEvents& events, const float* weights, std::size_t x, const Tile& tile) {
  std::uint64_t& touched = tile.touched[x - tile.x0];
  HWY_DYNAMIC_DISPATCH(add_lane_events)(events, weights, tile.chunk.width, touched, tile.sums(x));
  touched |= events.active;
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
