#include "sim/engine/kernels/gather.hpp"

#include <algorithm>

#include "sim/engine/kernels/gather_geometry.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/gather.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/lane_mask-inl.h"
#include "sim/engine/kernels/window_events-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// sums[j] += rows of weights of `events`, one after the other, every sum rounded; a graded row is first
/// multiplied by its value, and the product is rounded (never fused).
template <std::size_t kVectors, std::size_t kWidth, bool kGraded>
HWY_INLINE void add_rows(const float* HWY_RESTRICT weights, const WindowEvents& events,
                         hn::Vec<FloatTag> (&sums)[kVectors]) {
  const FloatTag d;
  for (std::size_t e = 0; e < events.count; ++e) {
    const float* HWY_RESTRICT row = weights + std::size_t{events.rows[e]} * kWidth;
    for (std::size_t j = 0; j < kVectors; ++j) {
      auto weight = hn::Load(d, row + j * kLanes);
      if constexpr (kGraded) {
        weight = hn::Mul(weight, hn::Set(d, events.values[e]));
      }
      sums[j] = hn::Add(sums[j], weight);
    }
  }
}

/// z[j] = (0 or z[j]) + rows of weights.
template <std::size_t kWidth, bool kGraded>
HWY_INLINE void add_window(const float* weights, const WindowEvents& events, float* HWY_RESTRICT z) {
  constexpr std::size_t kVectors = std::min<std::size_t>(8, kWidth / kLanes);  // that stay in registers
  const FloatTag d;
  for (std::size_t piece = 0; piece < kWidth; piece += kVectors * kLanes) {
    hn::Vec<FloatTag> sums[kVectors];
    for (std::size_t j = 0; j < kVectors; ++j) {
      sums[j] = events.opens && !events.touched ? hn::Zero(d) : hn::Load(d, z + piece + j * kLanes);
    }
    add_rows<kVectors, kWidth, kGraded>(weights + piece, events, sums);
    for (std::size_t j = 0; j < kVectors; ++j) {
      hn::Store(sums[j], d, z + piece + j * kLanes);
    }
  }
}

template <std::size_t kWidth, bool kGraded>
std::uint64_t gather_rows(const GatherGeometry& geometry, const float* weights,
                          std::span<const RowEvents* const> events, const Tile& tile) {
  WindowEvents window;
  return for_each_window<kGraded>(geometry, events, tile, window, [&](std::size_t x, Step step) {
    add_window<kWidth, kGraded>(weights, window, tile.sums(x) + step * kWidth);
  });
}

std::uint64_t gather_floats(const GatherGeometry& geometry, const float* weights,
                            std::span<const RowEvents* const> events, bool graded, const Tile& tile) {
  switch (tile.chunk.width) {
    case 16:
      return graded ? gather_rows<16, true>(geometry, weights, events, tile)
                    : gather_rows<16, false>(geometry, weights, events, tile);
    case 32:
      return graded ? gather_rows<32, true>(geometry, weights, events, tile)
                    : gather_rows<32, false>(geometry, weights, events, tile);
    default:
      return graded ? gather_rows<64, true>(geometry, weights, events, tile)
                    : gather_rows<64, false>(geometry, weights, events, tile);
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

/// The window of a dense kernel: the whole map.
Window whole(const Shape& in) {
  return {.kernel_h = in.height, .kernel_w = in.width};
}

/// Runs of the windows along a row: kernel columns whose inputs are neighbours are one run.
void append_runs(std::span<const Tap> columns, bool neighbours, std::size_t channels,
                 std::vector<GatherKernel::Run>& runs) {
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (neighbours && k > 0) {
      ++runs.back().last_x;
    } else {
      runs.push_back({.first_x = columns[k].in,
                      .last_x = columns[k].in + 1,
                      .shift = (std::int64_t{columns[k].kernel} - std::int64_t{columns[k].in}) *
                               static_cast<std::int64_t>(channels)});
    }
  }
}

}  // namespace

GatherKernel::GatherKernel(const Convolution& kernel, const ChannelChunks& chunks)
    : groups_(index(kernel.groups)),
      group_channels_(index(kernel.in.channels / kernel.groups)),
      kernel_row_(index(kernel.window.kernel_w) * group_channels_),
      kernel_h_(index(kernel.window.kernel_h)),
      pool_w_(index(kernel.pool_w)),
      pool_h_(kernel.pool_h),
      vertical_(vertical_axis(kernel.window, kernel.blocks(), kernel.out)),
      rows_(vertical_, kernel.pool_h) {
  const WindowTaps columns(horizontal_axis(kernel.window, kernel.blocks(), kernel.out));
  first_run_.push_back(0);
  for (std::size_t x = 0; x < index(kernel.out.width); ++x) {
    append_runs(columns.of(x), kernel.window.dilation_w == 1, group_channels_, runs_);
    first_run_.push_back(runs_.size());
  }
  const std::size_t group_out = index(kernel.channels / kernel.groups);
  const std::size_t elements = kernel_h_ * index(kernel.window.kernel_w);
  build(chunks, index(kernel.first_channel), index(kernel.channels), kernel.weights, kernel.int8,
        [&](std::size_t row, std::size_t oc) {
          const std::size_t input = oc / group_out * group_channels_ + row % group_channels_;
          return (input * elements + row / group_channels_) * group_out + oc % group_out;
        });
}

GatherKernel::GatherKernel(const Dense& kernel, const ChannelChunks& chunks)
    : group_channels_(index(kernel.in.channels)),
      kernel_row_(index(kernel.in.width * kernel.in.channels)),
      kernel_h_(index(kernel.in.height)),
      vertical_(vertical_axis(whole(kernel.in), kernel.in, kernel.out)),
      rows_(vertical_),
      first_run_{0, 1},
      runs_{{.first_x = 0, .last_x = static_cast<std::uint32_t>(kernel.in.width), .shift = 0}} {
  build(chunks, index(kernel.first_channel), index(kernel.channels), kernel.weights, kernel.int8,
        [&](std::size_t row, std::size_t oc) { return row * index(kernel.channels) + oc; });
}

/// `at(row, oc)`: where the kernel has the weight from row `row` of the window, [KH][KW][group channels], to
/// output channel oc.
template <class At>
void GatherKernel::build(const ChannelChunks& chunks, std::size_t first_channel, std::size_t channels,
                         const std::vector<float>& weights, const Int8Weights& int8, const At& at) {
  const std::size_t rows = kernel_h_ * kernel_row_;
  const std::size_t group_out = channels / groups_;
  int8_ = !int8.scale.empty();
  for (const Chunk& chunk : chunks.chunks) {
    ChunkWeights& packed = chunks_.emplace_back();
    packed.reached = chunk.first >= first_channel && chunk.first < first_channel + channels;
    if (!packed.reached) {
      continue;
    }
    const std::size_t first = chunk.first - first_channel;
    packed.group = first / group_out;
    if (int8_) {
      std::vector<std::int8_t> values(rows * chunk.width, 0);
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t c = 0; c < chunk.channels; ++c) {
          values[row * chunk.width + c] = int8.values[at(row, first + c)];
        }
      }
      pack_int8(values, chunk.width, packed.bytes);
      packed.scale = AlignedBuffer<float>(chunk.width);
      std::fill_n(packed.scale.data(), chunk.width, 0.0F);
      std::copy_n(int8.scale.data() + first, chunk.channels, packed.scale.data());
    } else {
      packed.floats = AlignedBuffer<float>(rows * chunk.width);
      std::fill_n(packed.floats.data(), packed.floats.size(), 0.0F);
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t c = 0; c < chunk.channels; ++c) {
          packed.floats.data()[row * chunk.width + c] = weights[at(row, first + c)];
        }
      }
    }
  }
}

std::size_t GatherKernel::source_rows(std::size_t rows) const noexcept {
  const std::int64_t span = (static_cast<std::int64_t>(rows) - 1) * vertical_.stride +
                            (vertical_.kernel - 1) * vertical_.dilation + 1;
  return index(std::min(span, vertical_.in) * pool_h_);
}

std::uint64_t GatherKernel::add(std::span<const RowEvents* const> events, bool graded,
                                const Tile& tile) const {
  const GatherGeometry geometry{
      .rows = rows_.of(tile.y), .first_run = first_run_, .runs = runs_.data(), .kernel_row = kernel_row_};
  const ChunkWeights& weights = chunks_[tile.chunk_index];
  const std::uint64_t rows =
      int8_ ? gather_int8(geometry, weights, events, tile)
            : HWY_DYNAMIC_DISPATCH(gather_floats)(geometry, weights.floats.data(), events, graded, tile);
  return rows * tile.chunk.channels;
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
