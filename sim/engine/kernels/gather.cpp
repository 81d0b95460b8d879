#include "sim/engine/kernels/gather.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "sim/engine/kernels/gather_windows.hpp"
#include "sim/engine/kernels/window_units.hpp"
#include "sim/engine/simd.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/gather.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/dense_window-inl.h"
#include "sim/engine/kernels/lane_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// sums[j] += rows of weights of `count` events, one after the other, every sum rounded; a graded row is
/// first multiplied by its value, and the product is rounded (never fused).
template <std::size_t kVectors, std::size_t kWidth, bool kGraded>
HWY_INLINE void add_rows(const float* HWY_RESTRICT weights, const UnitId* HWY_RESTRICT units,
                         const float* HWY_RESTRICT values, std::size_t count,
                         hn::Vec<FloatTag> (&sums)[kVectors]) {
  const FloatTag d;
  for (std::size_t e = 0; e < count; ++e) {
    const float* HWY_RESTRICT row = weights + std::size_t{units[e]} * kWidth;
    for (std::size_t j = 0; j < kVectors; ++j) {
      auto weight = hn::Load(d, row + j * kLanes);
      if constexpr (kGraded) {
        weight = hn::Mul(weight, hn::Set(d, values[e]));
      }
      sums[j] = hn::Add(sums[j], weight);
    }
  }
}

/// The events of one window in one step, one after the other; returns their number.
template <std::size_t kWidth, bool kGraded>
HWY_INLINE std::size_t add_window(const float* weights, const EventLists& events, Step step, bool touched,
                                  std::span<const GatherKernel::Run> runs, float* HWY_RESTRICT z) {
  constexpr std::size_t kVectors = std::min<std::size_t>(8, kWidth / kLanes);  // that stay in registers
  const FloatTag d;
  const std::uint32_t* bounds = events.bounds(step);
  std::size_t total = 0;
  for (std::size_t piece = 0; piece < kWidth; piece += kVectors * kLanes) {
    hn::Vec<FloatTag> sums[kVectors];
    for (std::size_t j = 0; j < kVectors; ++j) {
      sums[j] = touched ? hn::Load(d, z + piece + j * kLanes) : hn::Zero(d);
    }
    for (const GatherKernel::Run& run : runs) {
      const std::size_t begin = bounds[run.first_x];
      const std::size_t count = bounds[run.last_x] - begin;
      add_rows<kVectors, kWidth, kGraded>(weights + run.shift * static_cast<std::int64_t>(kWidth) + piece,
                                          events.units + begin, kGraded ? events.values + begin : nullptr,
                                          count, sums);
      total += piece == 0 ? count : 0;
    }
    for (std::size_t j = 0; j < kVectors; ++j) {
      hn::Store(sums[j], d, z + piece + j * kLanes);
    }
  }
  return total;
}

/// The events of one window in two steps, alternately: in narrow chunks an addition would wait for the one
/// before it in the same sum, while the other step's are independent. Spikes in one run only.
template <std::size_t kWidth>
HWY_INLINE std::size_t add_two_windows(const float* weights, const EventLists& events,
                                       const std::array<Step, 2>& steps, std::uint64_t touched,
                                       const GatherKernel::Run& run, float* HWY_RESTRICT z) {
  constexpr std::size_t kVectors = kWidth / kLanes;
  const FloatTag d;
  const float* HWY_RESTRICT rows = weights + run.shift * static_cast<std::int64_t>(kWidth);
  std::array<const UnitId*, 2> units{};
  std::array<std::size_t, 2> counts{};
  hn::Vec<FloatTag> sums[2][kVectors];
  for (std::size_t s = 0; s < 2; ++s) {
    const std::uint32_t* bounds = events.bounds(steps[s]);
    units[s] = events.units + bounds[run.first_x];
    counts[s] = bounds[run.last_x] - bounds[run.first_x];
    const bool load = (touched >> steps[s] & 1U) != 0;
    for (std::size_t j = 0; j < kVectors; ++j) {
      sums[s][j] = load ? hn::Load(d, z + steps[s] * kWidth + j * kLanes) : hn::Zero(d);
    }
  }
  const std::size_t both = std::min(counts[0], counts[1]);
  for (std::size_t e = 0; e < both; ++e) {
    const float* HWY_RESTRICT row_0 = rows + std::size_t{units[0][e]} * kWidth;
    const float* HWY_RESTRICT row_1 = rows + std::size_t{units[1][e]} * kWidth;
    for (std::size_t j = 0; j < kVectors; ++j) {
      sums[0][j] = hn::Add(sums[0][j], hn::Load(d, row_0 + j * kLanes));
      sums[1][j] = hn::Add(sums[1][j], hn::Load(d, row_1 + j * kLanes));
    }
  }
  add_rows<kVectors, kWidth, false>(rows, units[0] + both, nullptr, counts[0] - both, sums[0]);
  add_rows<kVectors, kWidth, false>(rows, units[1] + both, nullptr, counts[1] - both, sums[1]);
  for (std::size_t s = 0; s < 2; ++s) {
    for (std::size_t j = 0; j < kVectors; ++j) {
      hn::Store(sums[s][j], d, z + steps[s] * kWidth + j * kLanes);
    }
  }
  return counts[0] + counts[1];
}

template <std::size_t kWidth, bool kGraded>
std::uint64_t gather_rows(const GatherWindows& windows, const float* weights, const EventLists& events,
                          const Tile& tile) {
  std::uint64_t total = 0;
  DenseWindow<kGraded> dense;
  for (std::size_t x = tile.x0; x < tile.x1; ++x) {
    const auto runs = windows.runs_of(x);
    const std::span<const std::uint8_t> steps = events.order[x].steps();
    std::uint64_t& touched = tile.touched[x - tile.x0];
    const bool may_be_dense = runs.size() == 1 && !windows.events_repeat;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Step step = steps[i];
      if (may_be_dense) {
        const GatherKernel::Run& run = runs.front();
        const std::size_t rows = (run.last_x - run.first_x) * windows.column;
        const std::size_t count = events.bounds(step)[run.last_x] - events.bounds(step)[run.first_x];
        if (HWY_UNLIKELY(DenseWindow<kGraded>::pays(count, rows))) {
          if (dense.add(step)) {
            total += dense.template run<kWidth>(weights, events, run, windows.column, touched, tile.sums(x));
          }
          continue;
        }
      }
      if constexpr (kWidth <= 32 && kWidth / kLanes <= 4 && !kGraded) {
        if (i + 1 < steps.size() && runs.size() == 1) {
          total += add_two_windows<kWidth>(weights, events, {step, Step{steps[i + 1]}}, touched, runs.front(),
                                           tile.sums(x));
          ++i;
          continue;
        }
      }
      total += add_window<kWidth, kGraded>(weights, events, step, (touched >> step & 1U) != 0, runs,
                                           tile.sums(x) + step * kWidth);
    }
    if (dense.enough()) {
      total +=
          dense.template run<kWidth>(weights, events, runs.front(), windows.column, touched, tile.sums(x));
    }
    for (const Step step : dense.take()) {
      total += add_window<kWidth, kGraded>(weights, events, step, (touched >> step & 1U) != 0, runs,
                                           tile.sums(x) + step * kWidth);
    }
    touched |= events.order[x].active();
  }
  return total;
}

std::uint64_t gather_floats(const GatherWindows& windows, const float* weights, const EventLists& events,
                            bool graded, const Tile& tile) {
  switch (tile.chunk.width) {
    case 16:
      return graded ? gather_rows<16, true>(windows, weights, events, tile)
                    : gather_rows<16, false>(windows, weights, events, tile);
    case 32:
      return graded ? gather_rows<32, true>(windows, weights, events, tile)
                    : gather_rows<32, false>(windows, weights, events, tile);
    default:
      return graded ? gather_rows<64, true>(windows, weights, events, tile)
                    : gather_rows<64, false>(windows, weights, events, tile);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(gather_floats);

std::size_t index(std::int64_t number) {
  return static_cast<std::size_t>(number);
}

/// Chunks of a group that make sorting steps once per window pay.
constexpr std::size_t kWorthSorting = 2;

/// The window of a dense kernel: the whole map.
Window whole(const Shape& in) {
  return {.kernel_h = in.height, .kernel_w = in.width};
}

/// Runs of one window: kernel columns whose inputs are neighbours are one run. `rows`: of weights, per
/// column.
void append_runs(std::span<const Tap> columns, bool neighbours, std::size_t rows,
                 std::vector<GatherKernel::Run>& runs) {
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (neighbours && k > 0) {
      ++runs.back().last_x;
    } else {
      runs.push_back({.first_x = columns[k].in,
                      .last_x = columns[k].in + 1,
                      .shift = (std::int64_t{columns[k].kernel} - std::int64_t{columns[k].in}) *
                               static_cast<std::int64_t>(rows)});
    }
  }
}

}  // namespace

GatherKernel::GatherKernel(const Convolution& kernel, const ChannelChunks& chunks)
    : groups_(index(kernel.groups)),
      kernel_w_(index(kernel.window.kernel_w)),
      view_{.width = index(kernel.blocks().width),
            .pool = index(kernel.pool_w),
            .channels = index(kernel.in.channels),
            .first_channel = 0,
            .view_channels = index(kernel.in.channels / kernel.groups),
            .kernel_h = index(kernel.window.kernel_h)},
      row_stride_(index(kernel.window.stride_h * kernel.pool_h)),
      rows_(vertical_axis(kernel.window, kernel.blocks(), kernel.out), kernel.pool_h),
      window_rows_(index(((kernel.window.kernel_h - 1) * kernel.window.dilation_h + 1) * kernel.pool_h)) {
  const WindowTaps columns(horizontal_axis(kernel.window, kernel.blocks(), kernel.out));
  first_run_.push_back(0);
  for (std::size_t x = 0; x < index(kernel.out.width); ++x) {
    append_runs(columns.of(x), kernel.window.dilation_w == 1, view_.kernel_h * view_.view_channels, runs_);
    first_run_.push_back(runs_.size());
  }
  events_repeat_ = kernel.pool_h * kernel.pool_w > 1;
  const std::size_t group_out = index(kernel.channels / kernel.groups);
  build(chunks, index(kernel.first_channel), index(kernel.channels), kernel.weights, kernel.int8,
        [&](std::size_t ky, std::size_t kx, std::size_t ic, std::size_t oc) {
          const std::size_t input = oc / group_out * view_.view_channels + ic;
          return ((input * view_.kernel_h + ky) * kernel_w_ + kx) * group_out + oc % group_out;
        });
}

GatherKernel::GatherKernel(const Dense& kernel, const ChannelChunks& chunks)
    : kernel_w_(index(kernel.in.width)),
      view_{.width = kernel_w_,
            .pool = 1,
            .channels = index(kernel.in.channels),
            .first_channel = 0,
            .view_channels = index(kernel.in.channels),
            .kernel_h = index(kernel.in.height)},
      rows_(vertical_axis(whole(kernel.in), kernel.in, kernel.out)),
      window_rows_(view_.kernel_h),
      first_run_{0, 1},
      runs_{{.first_x = 0, .last_x = static_cast<std::uint32_t>(kernel.in.width), .shift = 0}} {
  build(chunks, index(kernel.first_channel), index(kernel.channels), kernel.weights, kernel.int8,
        [&](std::size_t y, std::size_t x, std::size_t ic, std::size_t oc) {
          const std::size_t unit = (y * kernel_w_ + x) * view_.channels + ic;
          return unit * index(kernel.channels) + oc;
        });
}

/// `at(ky, kx, ic, oc)`: where the kernel has the weight from channel ic of oc's group to output channel oc.
template <class At>
void GatherKernel::build(const ChannelChunks& chunks, std::size_t first_channel, std::size_t channels,
                         const std::vector<float>& weights, const Int8Weights& int8, const At& at) {
  const std::size_t inputs = view_.view_channels;
  const std::size_t rows = kernel_w_ * view_.kernel_h * inputs;
  const std::size_t group_out = channels / groups_;
  int8_ = !int8.scale.empty();
  width_ = chunks.chunks.front().width;
  for (const Chunk& chunk : chunks.chunks) {
    ChunkWeights& packed = chunks_.emplace_back();
    packed.reached = chunk.first >= first_channel && chunk.first < first_channel + channels;
    if (!packed.reached) {
      continue;
    }
    ++chunks_reached_;
    const std::size_t first = chunk.first - first_channel;
    packed.group = first / group_out;
    const auto copy = [&](const auto& from, auto* to) {
      std::fill_n(to, rows * chunk.width, 0);
      for (std::size_t kx = 0; kx < kernel_w_; ++kx) {
        for (std::size_t ky = 0; ky < view_.kernel_h; ++ky) {
          for (std::size_t ic = 0; ic < inputs; ++ic) {
            const std::size_t row = (kx * view_.kernel_h + ky) * inputs + ic;
            for (std::size_t c = 0; c < chunk.channels; ++c) {
              to[row * chunk.width + c] = from[at(ky, kx, ic, first + c)];
            }
          }
        }
      }
    };
    if (int8_) {
      std::vector<std::int8_t> values(rows * chunk.width);
      copy(int8.values, values.data());
      pack_int8(values, chunk.width, packed.bytes);
      packed.scale = AlignedBuffer<float>(chunk.width);
      std::fill_n(packed.scale.data(), chunk.width, 0.0F);
      std::copy_n(int8.scale.data() + first, chunk.channels, packed.scale.data());
    } else {
      packed.floats = AlignedBuffer<float>(rows * chunk.width);
      copy(weights, packed.floats.data());
    }
  }
}

SourceView GatherKernel::view_of(std::size_t group) const noexcept {
  SourceView view = view_;
  view.first_channel = group * view.view_channels;
  return view;
}

std::size_t GatherKernel::most_rows(std::size_t target_rows) const noexcept {
  return (target_rows - 1) * row_stride_ + window_rows_;
}

GatherWindows GatherKernel::windows() const noexcept {
  return {.first_run = first_run_.data(),
          .runs = runs_.data(),
          .column = view_.kernel_h * view_.view_channels,
          .events_repeat = events_repeat_};
}

void GatherKernel::order_steps(const EventLists& events, Step steps, std::vector<StepOrder>& order) const {
  const GatherWindows all = windows();
  order.resize(first_run_.size() - 1);
  const bool pays = steps > 1 && chunks_reached_ >= kWorthSorting * groups_;
  std::array<std::uint32_t, kMostSteps> counts{};
  for (std::size_t x = 0; x < order.size(); ++x) {
    const auto runs = all.runs_of(x);
    const std::uint64_t active = all.active_steps(events, x);
    if (!pays || runs.size() != 1) {
      order[x].by_step(active);
      continue;
    }
    for (Step step = 0; step < steps; ++step) {
      const std::uint32_t* bounds = events.bounds(step);
      counts[step] = bounds[runs.front().last_x] - bounds[runs.front().first_x];
    }
    order[x].by_count(active, counts);
  }
}

std::uint64_t GatherKernel::add(const EventLists& events, bool weighted, const Tile& tile) const {
  const ChunkWeights& weights = chunks_[tile.chunk_index];
  const std::uint64_t rows =
      int8_ ? gather_int8(windows(), &weights, events, {&tile, 1})
            : HWY_DYNAMIC_DISPATCH(gather_floats)(windows(), weights.floats.data(), events, weighted, tile);
  return rows * tile.chunk.channels;
}

std::uint64_t GatherKernel::add(const EventLists& events, std::span<const Tile> tiles) const {
  const ChunkWeights* weights = chunks_.data() + tiles.front().chunk_index;
  return gather_int8(windows(), weights, events, tiles) *
         (tiles.front().chunk.channels + tiles.back().chunk.channels);
}

bool GatherKernel::reads_trains() const noexcept {
  return chunks_.size() == 1 && chunks_.front().reached && width_ == kTrainWidth && groups_ == 1 &&
         !events_repeat_ && !int8_ && lanes_in_use() == kTrainWidth;
}

std::uint64_t GatherKernel::add(const GatherTrains& source, const Tile& tile) const {
  return gather_trains(windows(), source, chunks_[tile.chunk_index], tile) * tile.chunk.channels;
}

std::uint64_t GatherKernel::add(const UnitWindow& source, const Tile& tile) const {
  const ChunkWeights& weights = chunks_[tile.chunk_index];
  const std::uint64_t rows = int8_ ? scatter_int8(windows(), source, weights, tile)
                                   : scatter_units(windows(), source, weights, tile);
  return rows * tile.chunk.channels;
}

std::uint64_t GatherKernel::add(const PerStep<std::uint64_t>& bits, const Tile& tile) const {
  const ChunkWeights& weights = chunks_[tile.chunk_index];
  const GatherPositions positions{.bits = bits,
                                  .channels = view_.channels,
                                  .first_channel = weights.group * view_.view_channels,
                                  .view_channels = view_.view_channels};
  return gather_positions(windows(), positions, weights, tile) * tile.chunk.channels;
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
