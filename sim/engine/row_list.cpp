#include "sim/engine/row_list.hpp"

#include <algorithm>
#include <bit>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/row_list.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/list_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Lists all channels of one step; units from `count` on, events before position x in first[x]. Returns the
/// new count.
std::size_t list_row(const SourceView& view, const std::uint64_t* HWY_RESTRICT bits, std::size_t count,
                     UnitId* HWY_RESTRICT units, std::uint32_t* HWY_RESTRICT first) {
  const std::size_t end = view.positions() * view.channels;  // what lies behind fills no block
  std::size_t x = 0;
  std::size_t boundary = 0;  // bit with which position x begins
  for (std::size_t at = 0; at < end; at += kBitsPerWord) {
    const std::size_t size = std::min(kBitsPerWord, end - at);
    const std::uint64_t word = bits[at / kBitsPerWord] & low_bits(size);
    for (; boundary < at + size; ++x, boundary += view.channels) {
      const std::uint64_t before = word & low_bits(boundary - at);
      first[x] = static_cast<std::uint32_t>(count + static_cast<std::size_t>(std::popcount(before)));
    }
    count += list_bits(word, size, at, units + count);
  }
  first[view.positions()] = static_cast<std::uint32_t>(count);
  return count;
}

/// The same for some of the channels of every position.
std::size_t list_channels(const SourceView& view, const std::uint64_t* HWY_RESTRICT bits, std::size_t count,
                          UnitId* HWY_RESTRICT units, std::uint32_t* HWY_RESTRICT first) {
  for (std::size_t x = 0; x < view.positions(); ++x) {
    first[x] = static_cast<std::uint32_t>(count);
    const std::size_t unit = x * view.channels + view.first_channel;
    for (std::size_t c = 0; c < view.view_channels; c += kBitsPerWord) {
      const std::size_t size = std::min(kBitsPerWord, view.view_channels - c);
      count += list_bits(read_bits(bits, unit + c, size), size, x * view.view_channels + c, units + count);
    }
  }
  first[view.positions()] = static_cast<std::uint32_t>(count);
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(list_row);
HWY_EXPORT(list_channels);
}  // namespace

void RowList::collect(const SourceView& view, const SourceRows& source, std::size_t y) {
  positions_ = view.positions();
  first_.resize(std::size_t{source.steps} * (positions_ + 1));
  const std::size_t most = positions_ * view.view_channels;  // events of a step
  std::size_t count = 0;
  units_.reserve(kSlack + kBitSlack, 0);  // may be read even if there are no events
  values_.reserve(source.weighted() ? kSlack : 0, 0);
  for (Step step = 0; step < source.steps; ++step) {
    std::uint32_t* first = first_.data() + std::size_t{step} * (positions_ + 1);
    if (source.first + step < source.delay) {
      std::fill_n(first, positions_ + 1, static_cast<std::uint32_t>(count));
      continue;
    }
    const std::uint64_t* bits = source.emission->row(source.first + step - source.delay, y);
    units_.reserve(count + most + kSlack + kBitSlack, count);
    const std::size_t before = count;
    count = view.view_channels == view.channels
                ? HWY_DYNAMIC_DISPATCH(list_row)(view, bits, count, units_.data(), first)
                : HWY_DYNAMIC_DISPATCH(list_channels)(view, bits, count, units_.data(), first);
    if (source.weighted()) {
      values_.reserve(count + kSlack, before);
      const Step emitted = source.first + step - source.delay;
      if (source.graded()) {
        const float* values = source.emission->values(emitted, y);
        fill_values(view, step, [values](std::size_t unit) { return values[unit]; });
      } else {
        const std::uint64_t* negative = source.emission->negative(emitted, y);
        fill_values(view, step, [negative](std::size_t unit) {
          return (negative[unit / kBitsPerWord] >> (unit % kBitsPerWord) & 1U) != 0 ? -1.0F : 1.0F;
        });
      }
    }
  }
}

template <class Value>
void RowList::fill_values(const SourceView& view, Step step, const Value& value) {
  const std::uint32_t* bounds = first(step);
  for (std::size_t x = 0; x < positions_; ++x) {
    // From the number of a unit in the view to that in the row.
    const std::size_t moved = x * (view.channels - view.view_channels) + view.first_channel;
    for (std::size_t e = bounds[x]; e < bounds[x + 1]; ++e) {
      values_.data()[e] = value(units_.data()[e] + moved);
    }
  }
}

std::uint64_t RowList::bytes(std::size_t positions, std::size_t channels, Step steps,
                             bool weighted) noexcept {
  return std::uint64_t{steps} * positions * channels * (sizeof(UnitId) + (weighted ? sizeof(float) : 0)) +
         std::uint64_t{steps} * (positions + 1) * sizeof(std::uint32_t);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
