#include "sim/engine/kernels/max_window.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <vector>

#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/bits.hpp"
#include "sim/engine/kernels/lanes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/max_window.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"

#ifndef HOMOLOG_MAX_WINDOW_ONCE
#define HOMOLOG_MAX_WINDOW_ONCE
namespace homolog::sim {
/// Rows of a window that are followed at once.
inline constexpr std::size_t kRowsTogether = 3;
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

// Maxima of a column are [1 + steps][kWidestChunk]: the first line is that before the block.

/// maxima = max(counts of one unit of each row per lane), and of the maxima that are there if `more`:
/// `before` the block [rows][kWidestChunk], then after each step.
template <std::size_t kRows, bool kSigned, class Count>
HWY_INLINE void raise_rows(const LaneEvents* HWY_RESTRICT events, Step steps, std::size_t width,
                           const Count* HWY_RESTRICT before, bool more, Count* HWY_RESTRICT maxima) {
  const hn::CappedTag<Count, 16 * 2 / sizeof(Count)> d;
  for (std::size_t lane = 0; lane < width; lane += hn::MaxLanes(d)) {
    hn::Vec<decltype(d)> count[kRows];
    Count* HWY_RESTRICT line = maxima + lane;
    const auto store_maximum = [&] {
      auto maximum = count[0];
      for (std::size_t r = 1; r < kRows; ++r) {
        maximum = hn::Max(maximum, count[r]);
      }
      hn::Store(more ? hn::Max(hn::Load(d, line), maximum) : maximum, d, line);
    };
    for (std::size_t r = 0; r < kRows; ++r) {
      count[r] = hn::Load(d, before + r * kWidestChunk + lane);
    }
    store_maximum();
    for (Step step = 0; step < steps; ++step) {
      line += kWidestChunk;
      for (std::size_t r = 0; r < kRows; ++r) {
        count[r] = hn::Sub(count[r], hn::VecFromMask(d, lane_mask(d, events[r].bits[step] >> lane)));
        if constexpr (kSigned) {  // was added, is to be subtracted
          const std::uint64_t down = events[r].negative[step] & events[r].bits[step];
          const auto minus = hn::VecFromMask(d, lane_mask(d, down >> lane));
          count[r] = hn::Add(hn::Add(count[r], minus), minus);
        }
      }
      store_maximum();
    }
  }
}

/// The same for `rows` <= kRowsTogether rows.
template <class Count>
void raise(const LaneEvents* events, std::size_t rows, Step steps, std::size_t width, const Count* before,
           bool more, Count* maxima) {
  if (events->is_signed) {
    for (std::size_t r = 0; r < rows; ++r) {
      raise_rows<1, true>(events + r, steps, width, before + r * kWidestChunk, more || r > 0, maxima);
    }
  } else if (rows == 1) {
    raise_rows<1, false>(events, steps, width, before, more, maxima);
  } else if (rows == 2) {
    raise_rows<2, false>(events, steps, width, before, more, maxima);
  } else {
    raise_rows<3, false>(events, steps, width, before, more, maxima);
  }
}

/// changed[step]: lanes in which the maximum over all columns is another than in the step before;
/// fallen[step]: is smaller.
template <class Count>
void compare(std::span<const Count* const> columns, Step steps, std::size_t width,
             std::uint64_t* HWY_RESTRICT changed, std::uint64_t* HWY_RESTRICT fallen) {
  const hn::CappedTag<Count, 16 * 2 / sizeof(Count)> d;
  for (std::size_t lane = 0; lane < width; lane += hn::MaxLanes(d)) {
    auto before = hn::Zero(d);
    for (Step line = 0; line <= steps; ++line) {
      auto maximum = hn::Zero(d);
      for (const Count* column : columns) {
        maximum = hn::Max(maximum, hn::Load(d, column + line * kWidestChunk + lane));
      }
      if (line > 0) {
        changed[line - 1] |= mask_bits(d, hn::Not(hn::Eq(maximum, before))) << lane;
        fallen[line - 1] |= mask_bits(d, hn::Lt(maximum, before)) << lane;
      }
      before = maximum;
    }
  }
}

void raise_8(const LaneEvents* events, std::size_t rows, Step steps, std::size_t width,
             const std::uint8_t* before, bool more, std::uint8_t* maxima) {
  raise(events, rows, steps, width, before, more, maxima);
}
void raise_16(const LaneEvents* events, std::size_t rows, Step steps, std::size_t width,
              const std::uint16_t* before, bool more, std::uint16_t* maxima) {
  raise(events, rows, steps, width, before, more, maxima);
}
void raise_32(const LaneEvents* events, std::size_t rows, Step steps, std::size_t width,
              const std::uint32_t* before, bool more, std::uint32_t* maxima) {
  raise(events, rows, steps, width, before, more, maxima);
}
void compare_8(std::span<const std::uint8_t* const> columns, Step steps, std::size_t width,
               std::uint64_t* changed, std::uint64_t* fallen) {
  compare(columns, steps, width, changed, fallen);
}
void compare_16(std::span<const std::uint16_t* const> columns, Step steps, std::size_t width,
                std::uint64_t* changed, std::uint64_t* fallen) {
  compare(columns, steps, width, changed, fallen);
}
void compare_32(std::span<const std::uint32_t* const> columns, Step steps, std::size_t width,
                std::uint64_t* changed, std::uint64_t* fallen) {
  compare(columns, steps, width, changed, fallen);
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(raise_8);
HWY_EXPORT(raise_16);
HWY_EXPORT(raise_32);
HWY_EXPORT(compare_8);
HWY_EXPORT(compare_16);
HWY_EXPORT(compare_32);

template <class Count>
void raise_lanes(const LaneEvents* events, std::size_t rows, Step steps, std::size_t width,
                 const Count* before, bool more, Count* maxima) {
  if constexpr (sizeof(Count) == 1) {
    HWY_DYNAMIC_DISPATCH(raise_8)(events, rows, steps, width, before, more, maxima);
  } else if constexpr (sizeof(Count) == 2) {
    HWY_DYNAMIC_DISPATCH(raise_16)(events, rows, steps, width, before, more, maxima);
  } else {
    HWY_DYNAMIC_DISPATCH(raise_32)(events, rows, steps, width, before, more, maxima);
  }
}

template <class Count>
void compare_lanes(std::span<const Count* const> columns, Step steps, std::size_t width,
                   std::uint64_t* changed, std::uint64_t* fallen) {
  if constexpr (sizeof(Count) == 1) {
    HWY_DYNAMIC_DISPATCH(compare_8)(columns, steps, width, changed, fallen);
  } else if constexpr (sizeof(Count) == 2) {
    HWY_DYNAMIC_DISPATCH(compare_16)(columns, steps, width, changed, fallen);
  } else {
    HWY_DYNAMIC_DISPATCH(compare_32)(columns, steps, width, changed, fallen);
  }
}

constexpr std::size_t kColumnSize = (std::size_t{kMostSteps} + 1) * kWidestChunk;

}  // namespace

MaxWindowKernel::MaxWindowKernel(const MaxPool& kernel)
    : channels_(static_cast<std::size_t>(kernel.in.channels)),
      in_width_(static_cast<std::size_t>(kernel.in.width)),
      out_width_(static_cast<std::size_t>(kernel.out.width)),
      first_channel_(static_cast<std::size_t>(kernel.first_channel)),
      rows_(vertical_axis(kernel.window, kernel.in, kernel.out)),
      columns_(horizontal_axis(kernel.window, kernel.in, kernel.out)) {}

std::uint64_t MaxWindowKernel::rises(const SourceRows& source, std::span<const std::uint32_t> counts,
                                     Step total_steps, std::size_t y, const Chunk& chunk,
                                     const Receive& receive) const {
  if (total_steps <= std::numeric_limits<std::uint8_t>::max()) {
    return rises_as<std::uint8_t>(source, counts, y, chunk, receive);
  }
  if (total_steps <= std::numeric_limits<std::uint16_t>::max()) {
    return rises_as<std::uint16_t>(source, counts, y, chunk, receive);
  }
  return rises_as<std::uint32_t>(source, counts, y, chunk, receive);
}

template <class Count>
std::uint64_t MaxWindowKernel::rises_as(const SourceRows& source, std::span<const std::uint32_t> counts,
                                        std::size_t y, const Chunk& chunk, const Receive& receive) const {
  const auto rows = rows_.of(y);
  const std::size_t channel = chunk.first - first_channel_;
  std::vector<LaneRows> lane_rows(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    lane_rows[r].point_to(source, rows[r].in);
  }
  // A ring of columns: a window needs no more than columns_.widest() neighbouring ones.
  AlignedBuffer<Count> ring(columns_.widest() * kColumnSize);
  std::vector<std::size_t> held(columns_.widest(), in_width_);
  std::vector<std::uint64_t> spikes(columns_.widest());
  std::array<LaneEvents, kRowsTogether> events;
  alignas(64) std::array<Count, kRowsTogether * kWidestChunk> before{};
  const auto column_maxima = [&](std::size_t x) {
    const std::size_t slot = x % held.size();
    Count* maxima = ring.data() + slot * kColumnSize;
    if (held[slot] == x) {
      return slot;
    }
    held[slot] = x;
    spikes[slot] = 0;
    const std::size_t unit = x * channels_ + channel;
    if (rows.empty()) {  // the window lies in the margin
      std::fill_n(maxima, (source.steps + 1) * kWidestChunk, Count{0});
    }
    for (std::size_t first = 0; first < rows.size(); first += kRowsTogether) {
      const std::size_t together = std::min(kRowsTogether, rows.size() - first);
      for (std::size_t r = 0; r < together; ++r) {
        spikes[slot] += read_lanes(lane_rows[first + r], source.steps, unit, chunk.channels, 0, events[r]);
        const std::uint32_t* count = counts.data() + rows[first + r].in * in_width_ * channels_ + unit;
        for (std::size_t c = 0; c < chunk.channels; ++c) {
          before[r * kWidestChunk + c] = static_cast<Count>(count[c]);
        }
      }
      raise_lanes<Count>(events.data(), together, source.steps, chunk.width, before.data(), first > 0,
                         maxima);
    }
    return slot;
  };

  std::uint64_t deliveries = 0;
  std::vector<const Count*> columns;
  std::array<std::uint64_t, kMostSteps> changed{};
  std::array<std::uint64_t, kMostSteps> fallen{};
  for (std::size_t x = 0; x < out_width_; ++x) {
    columns.clear();
    std::uint64_t arrived = 0;
    for (const Tap& tap : columns_.of(x)) {
      const std::size_t slot = column_maxima(tap.in);
      arrived += spikes[slot];
      columns.push_back(ring.data() + slot * kColumnSize);
    }
    if (arrived > 0) {  // else no count has changed
      deliveries += arrived;
      std::fill_n(changed.begin(), source.steps, std::uint64_t{0});
      std::fill_n(fallen.begin(), source.steps, std::uint64_t{0});
      compare_lanes<Count>(columns, source.steps, chunk.width, changed.data(), fallen.data());
      receive(x, std::span(changed).first(source.steps), std::span(fallen).first(source.steps));
    }
  }
  return deliveries;
}

void count_spikes(const SourceRows& source, std::span<std::uint32_t> counts) {
  const std::size_t height = source.emission->height();
  const std::size_t row_units = counts.size() / height;
  LaneRows rows;
  for (std::size_t y = 0; y < height; ++y) {
    rows.point_to(source, y);
    std::uint32_t* row = counts.data() + y * row_units;
    for (Step step = 0; step < source.steps; ++step) {
      for (std::size_t w = 0; rows.bits[step] != nullptr && w < source.emission->words_per_row(); ++w) {
        const std::uint64_t minus = rows.is_signed ? rows.negative[step][w] : 0;
        for (std::uint64_t rest = rows.bits[step][w]; rest != 0; rest &= rest - 1) {
          const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
          row[w * kBitsPerWord + bit] += (minus >> bit & 1U) != 0 ? ~std::uint32_t{0} : 1U;
        }
      }
    }
  }
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
