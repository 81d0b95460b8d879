#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::conversion {

/// How the weights of the spiking network are kept.
enum class WeightFormat {
  float32,
  int8,  ///< of convolutions and dense layers from populations that spike; the others stay float32
};

/// The 8-bit weights nearest to `weights`: symmetric, one scale per output channel,
///
///     scale[oc] = max |w[oc]| / 127,     value = w / scale, rounded to the nearest, ties to even
///
/// so that |scale * value - w| <= scale / 2 (but for the rounding of scale itself to float), and weights
/// that are whole multiples of scale are kept exactly. A channel whose weights are all 0, or below 1.4e-36 so
/// that the scale would not be a normal float, has scale 1 and values 0. weights: as in sim::Convolution,
/// [groups][rows][channels / groups], finite; a dense kernel has 1 group.
[[nodiscard]] sim::Int8Weights quantise(std::span<const float> weights, std::int64_t channels,
                                        std::int64_t groups);

/// What 8-bit weights cost: of all weights of the projections into one population that were quantised.
struct Quantisation {
  double signal = 0.0;  ///< sum of w^2
  double noise = 0.0;   ///< sum of (scale * value - w)^2
  /// Smallest and largest scale over the output channels that have a weight other than 0; 0 if none has.
  float scale_low = 0.0F;
  float scale_high = 0.0F;

  /// Signal-to-quantisation-noise ratio, 10 log10(signal / noise); infinite without noise.
  [[nodiscard]] double snr_db() const;
};

/// Replaces the float weights of every Convolution and Dense projection from a population that spikes by
/// 8-bit weights, unless it is a depthwise convolution or a unit receives more than sim::kLargestInt8FanIn of
/// them. Returns per population what that did to the projections into it, nothing where all weights stay
/// float.
std::vector<std::optional<Quantisation>> quantise_weights(sim::Network& network);

}  // namespace homolog::conversion
