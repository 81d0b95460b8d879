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

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

// Maxima of a column are [1 + steps][kWidestChunk]: the first line is that before the block.

/// maxima = max(maxima, counts of one unit per lane): `before` the block, then after each step.
template <class Count>
void raise(const LaneEvents& events, Step steps, std::size_t width, const Count* HWY_RESTRICT before,
           Count* HWY_RESTRICT maxima) {
  const hn::CappedTag<Count, 16 * 2 / sizeof(Count)> d;
  for (std::size_t lane = 0; lane < width; lane += hn::MaxLanes(d)) {
    auto count = hn::Load(d, before + lane);
    Count* HWY_RESTRICT line = maxima + lane;
    hn::Store(hn::Max(hn::Load(d, line), count), d, line);
    for (Step step = 0; step < steps; ++step) {
      line += kWidestChunk;
      count = hn::Sub(count, hn::VecFromMask(d, lane_mask(d, events.bits[step] >> lane)));
      if (events.is_signed) {  // was added, is to be subtracted
        const auto minus =
            hn::VecFromMask(d, lane_mask(d, (events.negative[step] & events.bits[step]) >> lane));
        count = hn::Add(hn::Add(count, minus), minus);
      }
      hn::Store(hn::Max(hn::Load(d, line), count), d, line);
    }
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

void raise_8(const LaneEvents& events, Step steps, std::size_t width, const std::uint8_t* before,
             std::uint8_t* maxima) {
  raise(events, steps, width, before, maxima);
}
void raise_16(const LaneEvents& events, Step steps, std::size_t width, const std::uint16_t* before,
              std::uint16_t* maxima) {
  raise(events, steps, width, before, maxima);
}
void raise_32(const LaneEvents& events, Step steps, std::size_t width, const std::uint32_t* before,
              std::uint32_t* maxima) {
  raise(events, steps, width, before, maxima);
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
void raise_lanes(const LaneEvents& events, Step steps, std::size_t width, const Count* before,
                 Count* maxima) {
  if constexpr (sizeof(Count) == 1) {
    HWY_DYNAMIC_DISPATCH(raise_8)(events, steps, width, before, maxima);
  } else if constexpr (sizeof(Count) == 2) {
    HWY_DYNAMIC_DISPATCH(raise_16)(events, steps, width, before, maxima);
  } else {
    HWY_DYNAMIC_DISPATCH(raise_32)(events, steps, width, before, maxima);
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
  LaneEvents events;
  alignas(64) std::array<Count, kWidestChunk> before{};
  const auto column_maxima = [&](std::size_t x) {
    const std::size_t slot = x % held.size();
    Count* maxima = ring.data() + slot * kColumnSize;
    if (held[slot] == x) {
      return slot;
    }
    held[slot] = x;
    spikes[slot] = 0;
    std::fill_n(maxima, (source.steps + 1) * kWidestChunk, Count{0});
    const std::size_t unit = x * channels_ + channel;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      spikes[slot] += read_lanes(lane_rows[r], source.steps, unit, chunk.channels, 0, events);
      const std::uint32_t* count = counts.data() + rows[r].in * in_width_ * channels_ + unit;
      for (std::size_t c = 0; c < chunk.channels; ++c) {
        before[c] = static_cast<Count>(count[c]);
      }
      raise_lanes<Count>(events, source.steps, chunk.width, before.data(), maxima);
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
