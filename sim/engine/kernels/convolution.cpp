#include "sim/engine/kernels/convolution.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/kernels/convolution.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/add_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

/// Events at one input position and of one group hit the same target rows: they are added together.
template <bool kGraded>
std::uint64_t scatter_position(const ConvolutionScatter::Layout& layout, std::span<const Tap> taps,
                               std::span<const ConvolutionScatter::Run> runs, const UnitId* units,
                               const float* values, std::size_t count, std::size_t first_unit,
                               std::size_t target_channel, float* z) {
  std::size_t contributions = 0;
  const float* base[kRowsPerPass] = {};
  const float* rows[kRowsPerPass] = {};
  for (std::size_t done = 0; done < count; done += kRowsPerPass) {
    const std::size_t pass = HWY_MIN(kRowsPerPass, count - done);
    for (std::size_t r = 0; r < pass; ++r) {
      base[r] = layout.weights.data() + (units[done + r] - first_unit) * layout.kernel;
    }
    for (const Tap& tap : taps) {
      for (const ConvolutionScatter::Run& run : runs) {
        const std::size_t offset = (tap.kernel * layout.kernel_w + run.kernel_x) * layout.row;
        for (std::size_t r = 0; r < pass; ++r) {
          rows[r] = base[r] + offset;
        }
        const std::size_t position = tap.out * layout.out_width + run.out_x;
        const std::size_t length = run.columns * layout.row;
        add_rows<kGraded>(rows, kGraded ? values + done : nullptr, pass, length,
                          z + position * layout.out_channels + target_channel);
        contributions += pass * length;
      }
    }
  }
  return contributions;
}

std::uint64_t scatter_convolution(const ConvolutionScatter::Layout& layout, const WindowTaps& taps,
                                  const Events& events, float* HWY_RESTRICT z) {
  std::uint64_t contributions = 0;
  const std::size_t count = events.units.size();
  std::size_t first = 0;
  while (first < count) {
    const std::size_t position = events.units[first] / layout.in_channels;
    const std::size_t first_unit = position * layout.in_channels;
    const std::size_t group = (events.units[first] - first_unit) / layout.group_in;
    const std::size_t end_unit = first_unit + (group + 1) * layout.group_in;
    std::size_t last = first + 1;
    while (last < count && events.units[last] < end_unit) {
      ++last;
    }
    const std::span<const Tap> rows = taps.of(position / layout.in_width);
    const auto runs = layout.runs_of(position % layout.in_width);
    const std::size_t channel = layout.first_channel + group * layout.row;
    if (events.values == nullptr) {
      contributions += scatter_position<false>(layout, rows, runs, events.units.data() + first, nullptr,
                                               last - first, first_unit, channel, z);
    } else {
      contributions += scatter_position<true>(layout, rows, runs, events.units.data() + first,
                                              events.values + first, last - first, first_unit, channel, z);
    }
    first = last;
  }
  return contributions;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {

HWY_EXPORT(scatter_convolution);

/// Rows shorter than this (depthwise: 1) are not worth a vector.
constexpr std::size_t kShortRow = 4;

std::size_t index(std::int64_t number) {
  return static_cast<std::size_t>(number);
}

}  // namespace

ConvolutionScatter::ConvolutionScatter(const Convolution& kernel)
    : rows_(vertical_axis(kernel.window, kernel.in, kernel.out)) {
  layout_.in_channels = index(kernel.in.channels);
  layout_.in_width = index(kernel.in.width);
  layout_.group_in = index(kernel.in.channels / kernel.groups);
  layout_.row = index(kernel.channels / kernel.groups);
  layout_.kernel_w = index(kernel.window.kernel_w);
  layout_.kernel = index(kernel.window.kernel_h) * layout_.kernel_w * layout_.row;
  layout_.out_channels = index(kernel.out.channels);
  layout_.out_width = index(kernel.out.width);
  layout_.first_channel = index(kernel.first_channel);

  // With stride 1, kernel column k lands on target column x - k: with the columns stored in reverse, all
  // of a kernel row is one contiguous row in the weights and in z.
  const bool one_row = kernel.window.stride_w == 1 && kernel.window.dilation_w == 1 && kernel.groups == 1 &&
                       kernel.channels == kernel.out.channels;
  copy_weights(kernel, one_row);
  longest_row_ = one_row ? layout_.kernel_w * layout_.row : layout_.row;
  const WindowTaps columns(horizontal_axis(kernel.window, kernel.in, kernel.out));
  layout_.first_run.push_back(0);
  for (std::size_t x = 0; x < layout_.in_width; ++x) {
    const std::span<const Tap> taps = columns.of(x);
    if (one_row && !taps.empty()) {
      const auto last_kernel = static_cast<std::uint32_t>(layout_.kernel_w - 1);
      layout_.runs.push_back({.kernel_x = last_kernel - taps.front().kernel,
                              .out_x = taps.front().out,
                              .columns = static_cast<std::uint32_t>(taps.size())});
    } else {
      for (const Tap& tap : taps) {
        layout_.runs.push_back({.kernel_x = tap.kernel, .out_x = tap.out, .columns = 1});
      }
    }
    layout_.first_run.push_back(layout_.runs.size());
  }
}

void ConvolutionScatter::copy_weights(const Convolution& kernel, bool reversed) {
  layout_.weights = AlignedBuffer<float>(kernel.weights.size());
  const std::size_t rows = kernel.weights.size() / layout_.row;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t column = r % layout_.kernel_w;
    const std::size_t to = reversed ? r - column + (layout_.kernel_w - 1 - column) : r;
    std::copy_n(kernel.weights.data() + r * layout_.row, layout_.row,
                layout_.weights.data() + to * layout_.row);
  }
}

std::uint64_t ConvolutionScatter::operator()(const Events& events, float* z) const {
  if (longest_row_ < kShortRow) {
    return scatter_short_rows(events, z);
  }
  return HWY_DYNAMIC_DISPATCH(scatter_convolution)(layout_, rows_, events, z);
}

std::uint64_t ConvolutionScatter::scatter_short_rows(const Events& events, float* z) const {
  std::uint64_t contributions = 0;
  std::size_t first_unit = 0;  // of the position
  std::size_t end_unit = 0;
  std::span<const Tap> taps;
  std::span<const Run> runs;
  for (std::size_t e = 0; e < events.units.size(); ++e) {
    const std::size_t unit = events.units[e];
    if (unit >= end_unit) {
      const std::size_t position = unit / layout_.in_channels;
      first_unit = position * layout_.in_channels;
      end_unit = first_unit + layout_.in_channels;
      taps = rows_.of(position / layout_.in_width);
      runs = layout_.runs_of(position % layout_.in_width);
    }
    const std::size_t channel = unit - first_unit;
    const float* weights = layout_.weights.data() + channel * layout_.kernel;
    float* target = z + layout_.first_channel + channel / layout_.group_in * layout_.row;
    for (const Tap& tap : taps) {
      for (const Run& run : runs) {
        const float* row = weights + (tap.kernel * layout_.kernel_w + run.kernel_x) * layout_.row;
        float* sums = target + (tap.out * layout_.out_width + run.out_x) * layout_.out_channels;
        for (std::size_t j = 0; j < run.columns * layout_.row; ++j) {
          sums[j] += events.values == nullptr ? row[j] : row[j] * events.values[e];
        }
        contributions += run.columns * layout_.row;
      }
    }
  }
  return contributions;
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
