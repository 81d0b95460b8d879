// Loops of our own: oneDNN 2.6 spends most of its time on AVX2 in transitions between SSE and AVX (its
// maximum over 3 x 3 takes six times as long as this one), and no oneDNN has every window that ONNX has.

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "conversion/reference/channel_blocks.hpp"
#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

namespace {

/// What a window of one output covers along one axis.
struct Reach {
  std::int64_t first = 0;    ///< position in the map of its first tap inside
  std::int64_t taps = 0;     ///< inside the map; a dilation apart
  std::int64_t counted = 0;  ///< that a mean counts
};

/// One axis of a window: tap k of output o lies at o * stride - pad_near + k * dilation.
struct Axis {
  std::int64_t in = 0, out = 0;
  std::int64_t kernel = 1, stride = 1, dilation = 1;
  std::int64_t pad_near = 0, pad_far = 0;

  /// For each output. A mean counts the taps inside the map, or (`count_pads`) also those in the explicit
  /// pads, but not those beyond, which ceil_mode may add.
  [[nodiscard]] std::vector<Reach> reaches(bool count_pads) const {
    std::vector<Reach> result;
    for (std::int64_t o = 0; o < out; ++o) {
      const std::int64_t start = o * stride - pad_near;
      const auto before = [&](std::int64_t position) {  // taps before it
        return std::clamp<std::int64_t>((position - start + dilation - 1) / dilation, 0, kernel);
      };
      const std::int64_t outside = before(0);
      const std::int64_t taps = before(in) - outside;
      result.push_back({.first = start + outside * dilation,
                        .taps = taps,
                        .counted = count_pads ? before(in + pad_far) - before(-pad_near) : taps});
    }
    return result;
  }
};

/// What is done with the values of a window. `Value`: one lane or several.
struct Maximum {
  static constexpr float kStart = std::numeric_limits<float>::lowest();
  template <class Value>
  static Value add(Value so_far, Value next) {
    return so_far < next ? next : so_far;
  }
  template <class Value>
  static Value finish(Value so_far, float /*count*/) {
    return so_far;
  }
};

struct Mean {
  static constexpr float kStart = 0.0F;
  template <class Value>
  static Value add(Value so_far, Value next) {
    return so_far + next;
  }
  template <class Value>
  static Value finish(Value so_far, float count) {
    return so_far / count;
  }
};

/// Four lanes in one register of any processor (an extension that GCC and clang share).
using FourLanes = float __attribute__((vector_size(16)));

struct Pooling {
  std::vector<Reach> rows{};     ///< per row of the result
  std::vector<Reach> columns{};  ///< per column of the result
  std::int64_t dilation_y = 1, dilation_x = 1;
  std::int64_t height = 0, width = 0;  ///< of the source
  std::int64_t maps = 0;               ///< images * blocks of channels
  std::int64_t lanes = 1;              ///< of a block

  /// One position of the result: `Registers` times the lanes of a Value (float or FourLanes). `map` and `out`
  /// are at the first of these lanes.
  template <class Rule, class Value, std::size_t Registers>
  void window(const float* map, const Reach& y, const Reach& x, float* out) const {
    constexpr std::size_t kStep = sizeof(Value) / sizeof(float);
    Value result[Registers];
    for (Value& value : result) {
      value = Value{} + Rule::kStart;
    }
    for (std::int64_t ky = 0; ky < y.taps; ++ky) {
      const float* at = map + ((y.first + ky * dilation_y) * width + x.first) * lanes;
      for (std::int64_t kx = 0; kx < x.taps; ++kx, at += dilation_x * lanes) {
        for (std::size_t r = 0; r < Registers; ++r) {
          Value next;
          std::memcpy(&next, at + r * kStep, sizeof(next));
          result[r] = Rule::add(result[r], next);
        }
      }
    }
    const auto count = static_cast<float>(y.counted * x.counted);
    for (std::size_t r = 0; r < Registers; ++r) {
      const Value value = Rule::finish(result[r], count);
      std::memcpy(out + r * kStep, &value, sizeof(value));
    }
  }

  template <class Rule>
  void run(const float* in, float* out) const {
    for (std::int64_t m = 0; m < maps; ++m) {
      for (const Reach& y : rows) {
        for (const Reach& x : columns) {
          std::int64_t lane = 0;
          for (; lane + 8 <= lanes; lane += 8) {
            window<Rule, FourLanes, 2>(in + lane, y, x, out + lane);
          }
          for (; lane < lanes; ++lane) {
            window<Rule, float, 1>(in + lane, y, x, out + lane);
          }
          out += lanes;
        }
      }
      in += height * width * lanes;
    }
  }
};

template <class Rule>
void pool(Builder& builder, const FusedStep& step, const Window2d& w, bool count_pads) {
  const TensorId input = step.inputs[0];
  const Dims& in = builder.dims(input);
  const Dims& out = builder.dims(step.output);
  auto blocks = channel_blocks(builder.layout(input), builder.extents(input));
  if (!blocks) {
    blocks = ChannelBlocks{.tag = memory::format_tag::nchw};
  }
  const Axis y{.in = in[1],
               .out = out[1],
               .kernel = w.kernel_h,
               .stride = w.stride_h,
               .dilation = w.dilation_h,
               .pad_near = w.pad_top,
               .pad_far = w.pad_bottom};
  const Axis x{.in = in[2],
               .out = out[2],
               .kernel = w.kernel_w,
               .stride = w.stride_w,
               .dilation = w.dilation_w,
               .pad_near = w.pad_left,
               .pad_far = w.pad_right};
  Pooling pooling{.rows = y.reaches(count_pads),
                  .columns = x.reaches(count_pads),
                  .dilation_y = y.dilation,
                  .dilation_x = x.dilation,
                  .height = y.in,
                  .width = x.in,
                  .maps = builder.batch() * ((in[0] + blocks->lanes - 1) / blocks->lanes),
                  .lanes = blocks->lanes};
  const memory source = builder.read(input, blocks->layout(builder.extents(input)));
  const memory result = builder.write(step.output, blocks->layout(builder.extents(step.output)));
  builder.call([pooling = std::move(pooling), source, result](dnnl::stream& /*stream*/) {
    pooling.run<Rule>(static_cast<const float*>(source.get_data_handle()),
                      static_cast<float*>(result.get_data_handle()));
  });
}

}  // namespace

void build(Builder& builder, const FusedStep& step, const MaxPool& op) {
  pool<Maximum>(builder, step, op.window, false);
}

void build(Builder& builder, const FusedStep& step, const AveragePool& op) {
  pool<Mean>(builder, step, op.window, op.count_include_pad);
}

}  // namespace homolog::conversion::reference
