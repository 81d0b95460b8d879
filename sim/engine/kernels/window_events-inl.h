// The events of one window in one step, for one Highway target. Included once per target (see foreach_target.h).

#if defined(HOMOLOG_WINDOW_EVENTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HOMOLOG_WINDOW_EVENTS_INL_H
#undef HOMOLOG_WINDOW_EVENTS_INL_H
#else
#define HOMOLOG_WINDOW_EVENTS_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/engine/kernels/gather_geometry.hpp"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Rows of weights that the events of a window select, in ascending order of the source unit: one list out of the
/// lists of several source rows, so that the loop over it ends (and is predicted wrongly) once.
struct WindowEvents {
  static constexpr std::size_t kMost = 256;  ///< as many rows as 8-bit weights may be summed in 16 bits
  std::size_t count = 0;
  HWY_ALIGN std::uint32_t rows[kMost + RowEvents::kSlack];
  HWY_ALIGN float values[kMost + RowEvents::kSlack];  ///< of graded events
  bool opens = true;     ///< these are the first events of the window
  bool closes = true;    ///< and the last: a window with more than kMost comes in several parts
  bool touched = false;  ///< another projection has added to the same sums before
};

template <std::size_t kCount>
HWY_INLINE void copy(const std::uint32_t* HWY_RESTRICT from, std::uint32_t plus, std::uint32_t* HWY_RESTRICT to) {
  const hn::CappedTag<std::uint32_t, kCount> d;
  for (std::size_t i = 0; i < kCount; i += hn::MaxLanes(d)) {
    hn::StoreU(hn::Add(hn::LoadU(d, from + i), hn::Set(d, plus)), d, to + i);
  }
}

template <std::size_t kCount>
HWY_INLINE void copy(const float* HWY_RESTRICT from, float* HWY_RESTRICT to) {
  const hn::CappedTag<float, kCount> d;
  for (std::size_t i = 0; i < kCount; i += hn::MaxLanes(d)) {
    hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  }
}

/// Appends events [begin, begin + count) of a source row. At least kSlack entries are copied, without a branch; what
/// is too much is overwritten by what follows.
template <bool kGraded>
HWY_INLINE void append(const RowEvents& row, std::size_t begin, std::size_t count, std::uint32_t shift,
                       WindowEvents& window) {
  constexpr std::size_t kAtLeast = RowEvents::kSlack;
  const std::uint32_t* HWY_RESTRICT units = row.units() + begin;
  std::uint32_t* HWY_RESTRICT rows = window.rows + window.count;
  std::size_t done = 0;
  do {
    copy<kAtLeast>(units + done, shift, rows + done);
    if constexpr (kGraded) {
      copy<kAtLeast>(row.values() + begin + done, window.values + window.count + done);
    }
    done += kAtLeast;
  } while (HWY_UNLIKELY(done < count));
  window.count += count;
}

/// For every position x and step of the tile in which its window has events: lists them in `window` and calls
/// add(x, step). Marks what was touched; returns the number of events.
template <bool kGraded, class Add>
HWY_INLINE std::uint64_t for_each_window(const GatherGeometry& geometry,
                                         std::span<const RowEvents* const> events, const Tile& tile,
                                         WindowEvents& window, const Add& add) {
  std::uint64_t total = 0;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const auto runs = geometry.runs_of(x);
    const std::uint64_t active = active_steps(geometry, events, x);
    std::uint64_t& touched = tile.touched[x - tile.x0];
    for (std::uint64_t rest = active; rest != 0; rest &= rest - 1) {
      const auto step = static_cast<Step>(std::countr_zero(rest));
      window.touched = (touched >> step & 1U) != 0;
      window.opens = true;
      window.closes = false;
      window.count = 0;
      for (std::size_t r = 0; r < events.size(); ++r) {
        const RowEvents& row = *events[r];
        const std::uint32_t* bounds = row.first(step);
        for (const GatherKernel::Run& run : runs) {
          // Modulo 2^32: the sum of unit and shift is the number of a row of weights.
          const auto shift = static_cast<std::uint32_t>(
              static_cast<std::int64_t>(geometry.rows[r].kernel * geometry.kernel_row) + run.shift);
          std::size_t begin = bounds[run.first_x];
          const std::size_t end = bounds[run.last_x];
          total += end - begin;
          while (HWY_UNLIKELY(window.count + (end - begin) > WindowEvents::kMost)) {
            const std::size_t part = WindowEvents::kMost - window.count;
            append<kGraded>(row, begin, part, shift, window);
            add(x, step);
            window.count = 0;
            window.opens = false;
            begin += part;
          }
          append<kGraded>(row, begin, end - begin, shift, window);
        }
      }
      window.closes = true;
      add(x, step);
    }
    touched |= active;
  }
  return total;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#endif  // include guard, toggled per target
