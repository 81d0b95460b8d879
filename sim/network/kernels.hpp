#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "sim/core/shape.hpp"

namespace homolog::sim {

// The connection patterns of a projection. `in` is the shape of the source population, `out` that of the
// target. A kernel with `first_channel` writes into target channels [first_channel, first_channel +
// its own channels): concatenation is several kernels with different first channels.
// Letters as in the literature: IC, OC channels in and out, KH, KW kernel, IH, IW, OH, OW maps.

/// Geometry of a sliding window. Output position o reads input o * stride - pad + k * dilation for
/// k = 0 .. kernel - 1; positions outside the map are absent (no unit, no input).
struct Window {
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t pad_top = 0, pad_left = 0;
  std::int64_t dilation_h = 1, dilation_w = 1;
};

/// 8-bit weights of a Convolution or Dense kernel: weight = scale x value. The sum over all spikes of a step
/// is taken in integers, without loss, and then scaled: contribution of the whole projection to z =
/// scale * float(sum of values), rounded once. Only for sources that spike (not graded, not constant).
struct Int8Weights {
  std::vector<std::int8_t> values{};  ///< in the order of the kernel's `weights`; -127 .. 127
  std::vector<float> scale{};         ///< [channels], one per output channel of the kernel, > 0
};
/// Most synapses that a unit may receive from one projection with 8-bit weights: their sum then fits 32 bits
/// even if all of them spike at once. float(sum) is itself exact up to 2^24 (132,104 such synapses).
inline constexpr std::int64_t kLargestInt8FanIn = 0x7FFFFFFF / 127;

/// 2-D convolution. weights [IC, KH, KW, OC / groups]: input channel ic belongs to group
/// ic / (IC / groups), its row holds the output channels of that group (oc relative to the group).
struct Convolution {
  Shape in{};
  Shape out{};
  Window window{};
  /// Source positions are taken together in blocks of pool_h x pool_w, as by an average pooling before the
  /// convolution: the window slides over blocks(), and every unit of a block contributes with the weight
  /// of its block. Rows and columns that fill no block contribute nothing.
  std::int64_t pool_h = 1, pool_w = 1;
  std::int64_t groups = 1;
  std::int64_t channels = 0;       ///< OC, the output channels of this kernel
  std::int64_t first_channel = 0;  ///< first of them in the target
  std::vector<float> weights{};    ///< empty where `int8` holds them
  Int8Weights int8{};

  /// The map over which the window slides.
  [[nodiscard]] Shape blocks() const noexcept {
    return {.channels = in.channels, .height = in.height / pool_h, .width = in.width / pool_w};
  }
};

/// All to all. weights [source unit (H,W,C order)][channels]; the target positions of this kernel are
/// the channels [first_channel, first_channel + channels) of a 1 x 1 map.
struct Dense {
  Shape in{};
  Shape out{};
  std::int64_t channels = 0;
  std::int64_t first_channel = 0;
  std::vector<float> weights{};  ///< empty where `int8` holds them
  Int8Weights int8{};
};

/// Average pooling, channel by channel: contribution = channel_weight[c] * position_weight[oy * OW + ox]
/// (rounded once), position_weight being 1 / (number of averaged positions), which at a border depends
/// on the padding convention. Source channel c goes to target channel first_channel + c.
struct AveragePool {
  Shape in{};
  Shape out{};
  Window window{};
  std::int64_t first_channel = 0;
  std::vector<float> position_weight{};  ///< [OH, OW]
  std::vector<float> channel_weight{};   ///< [IC]
};

/// Source unit i projects to target unit `target[i]` alone, with `weight[i]`; i and target in H,W,C
/// order of their populations. Identity, scaling, padding, reshaping, concatenation.
/// A source unit with target kNoUnit is not connected.
struct OneToOne {
  Shape in{};
  Shape out{};
  std::vector<UnitId> target{};  ///< [source units]
  std::vector<float> weight{};   ///< [source units]
};
inline constexpr UnitId kNoUnit = 0xFFFFFFFFU;

/// The windows of a max pooling; only between spiking sources and a MaxGate population. Source channel
/// c goes to target channel first_channel + c. Carries no weight.
struct MaxPool {
  Shape in{};
  Shape out{};
  Window window{};
  std::int64_t first_channel = 0;
};

using Kernel = std::variant<Convolution, Dense, AveragePool, OneToOne, MaxPool>;

}  // namespace homolog::sim
