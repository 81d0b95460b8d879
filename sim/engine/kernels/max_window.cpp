#include "sim/engine/kernels/max_window.hpp"

#include <algorithm>
#include <bit>

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

using ByteTag = hn::CappedTag<std::int8_t, 16>;
inline constexpr std::size_t kByteLanes = hn::MaxLanes(ByteTag());

/// maxima[step] = max(maxima[step], behind + spikes of the unit up to that step), lane by lane.
void raise(const LaneEvents& events, Step steps, std::size_t width, const std::int8_t* HWY_RESTRICT behind,
           std::int8_t* HWY_RESTRICT maxima) {
  const ByteTag d;
  for (std::size_t lane = 0; lane < width; lane += kByteLanes) {
    auto count = hn::Load(d, behind + lane);
    for (Step step = 0; step < steps; ++step) {
      if ((events.active >> step & 1U) != 0) {  // else the count is what it was; the maximum may have risen
        count = hn::Sub(count, hn::VecFromMask(d, lane_mask(d, events.bits[step] >> lane)));
      }
      std::int8_t* HWY_RESTRICT maximum = maxima + step * width + lane;
      hn::Store(hn::Max(hn::Load(d, maximum), count), d, maximum);
    }
  }
}

/// risen[step] bit: maxima[step] > maxima[step - 1], which is 0 before the block.
void compare(const std::int8_t* HWY_RESTRICT maxima, Step steps, std::size_t width, std::uint64_t* risen) {
  const ByteTag d;
  for (std::size_t lane = 0; lane < width; lane += kByteLanes) {
    auto before = hn::Zero(d);
    for (Step step = 0; step < steps; ++step) {
      const auto maximum = hn::Load(d, maxima + step * width + lane);
      risen[step] |= mask_bits(d, hn::Gt(maximum, before)) << lane;
      before = maximum;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(raise);
HWY_EXPORT(compare);

/// A unit that is further behind than this cannot overtake within a block.
constexpr std::uint32_t kFarBehind = 100;
static_assert(kFarBehind > kMostSteps && kFarBehind + kMostSteps < 256);

}  // namespace

MaxWindowKernel::MaxWindowKernel(const MaxPool& kernel)
    : channels_(static_cast<std::size_t>(kernel.in.channels)),
      in_width_(static_cast<std::size_t>(kernel.in.width)),
      first_channel_(static_cast<std::size_t>(kernel.first_channel)),
      rows_(vertical_axis(kernel.window, kernel.in, kernel.out)),
      columns_(horizontal_axis(kernel.window, kernel.in, kernel.out)) {}

std::uint64_t MaxWindowKernel::rises(const SourceRows& source, std::span<const std::uint32_t> counts,
                                     std::size_t x, const Tile& tile,
                                     std::array<std::uint64_t, kMostSteps>& risen) const {
  const Chunk& chunk = tile.chunk;
  const std::size_t channel = chunk.first - first_channel_;
  const std::size_t row_units = in_width_ * channels_;
  const auto rows = rows_.of(tile.y);
  const auto columns = columns_.of(x);

  std::array<std::uint32_t, kWidestChunk> maximum{};  // before the block
  if (!counts.empty()) {
    for (const Tap& row : rows) {
      for (const Tap& column : columns) {
        const std::uint32_t* count = counts.data() + row.in * row_units + column.in * channels_ + channel;
        for (std::size_t c = 0; c < chunk.channels; ++c) {
          maximum[c] = std::max(maximum[c], count[c]);
        }
      }
    }
  }

  alignas(64) std::array<std::int8_t, kWidestChunk> behind{};
  alignas(64) std::array<std::int8_t, kMostSteps * kWidestChunk> maxima;
  std::fill_n(maxima.begin(), tile.steps * chunk.width, std::int8_t{0});
  std::uint64_t deliveries = 0;
  PerStep<std::uint64_t> bits;
  PerStep<float> values;
  LaneEvents events;
  for (const Tap& row : rows) {
    source.row(row.in, bits, values);
    for (const Tap& column : columns) {
      const std::size_t unit = column.in * channels_ + channel;
      const std::uint64_t spikes =
          read_lanes(bits, values, tile.steps, unit, chunk.channels, 0, false, events);
      if (spikes == 0) {
        continue;  // what is not ahead now will not be
      }
      deliveries += spikes;
      if (!counts.empty()) {
        const std::uint32_t* count = counts.data() + row.in * row_units + unit;
        for (std::size_t c = 0; c < chunk.channels; ++c) {
          behind[c] =
              static_cast<std::int8_t>(-static_cast<int>(std::min(maximum[c] - count[c], kFarBehind)));
        }
      }
      HWY_DYNAMIC_DISPATCH(raise)(events, tile.steps, chunk.width, behind.data(), maxima.data());
    }
  }
  std::fill_n(risen.begin(), tile.steps, std::uint64_t{0});
  if (deliveries > 0) {
    HWY_DYNAMIC_DISPATCH(compare)(maxima.data(), tile.steps, chunk.width, risen.data());
  }
  return deliveries;
}

void count_spikes(const SourceRows& source, std::span<std::uint32_t> counts) {
  const std::size_t height = source.emission->height();
  const std::size_t row_units = counts.size() / height;
  PerStep<std::uint64_t> bits;
  PerStep<float> values;
  for (std::size_t y = 0; y < height; ++y) {
    source.row(y, bits, values);
    std::uint32_t* row = counts.data() + y * row_units;
    for (Step step = 0; step < source.steps; ++step) {
      for (std::size_t w = 0; bits[step] != nullptr && w < source.emission->words_per_row(); ++w) {
        for (std::uint64_t rest = bits[step][w]; rest != 0; rest &= rest - 1) {
          ++row[w * kBitsPerWord + static_cast<std::size_t>(std::countr_zero(rest))];
        }
      }
    }
  }
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
