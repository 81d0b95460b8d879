#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "sim/neuron/neuron_model.hpp"

namespace homolog::conversion {

/// What calibration may choose for each channel; the rest stays as it was. `weights` is no matter of
/// fit_channel().
struct CalibrationChoice {
  bool threshold = true;
  bool scale = true;  ///< the activation that a spike stands for in the next layers, apart from the threshold
  bool bias = true;   ///< a constant current
  bool initial = true;  ///< the potential at stimulus onset
  bool weights = true;  ///< of the synapses onto it, see WeightRefit

  [[nodiscard]] bool any() const noexcept { return threshold || scale || bias || initial || weights; }
};

/// What the neurons of one channel received on calibration images, and what they should stand for. In units
/// of the float activation.
struct ChannelSamples {
  sim::Step steps = 1;
  std::span<const float> drive{};   ///< [steps][samples]: input of each step, constant current included
  std::span<const float> target{};  ///< [samples]: input of the float ReLU (if linear, output)
  bool with_signs = false;          ///< the neurons take spikes back, as sim::SignedIntegrateAndFire
  bool linear = false;              ///< and are not rectified
  float high = std::numeric_limits<float>::infinity();  ///< upper limit of the float activation (ReLU6)
};

/// Settings of one channel; the units are those of Scale.
struct ChannelFit {
  float threshold = 1.0F;
  float decoded = 1.0F;
  float current = 0.0F;
  float initial = 0.5F;
};

/// Net spikes of an integrate-and-fire neuron with reset by subtraction for each sample, as the engine counts
/// them but for the rounding of its division by the threshold. counts: [samples].
void count_spikes(const ChannelSamples& samples, const ChannelFit& fit, std::span<std::int32_t> counts);

/// Mean squared error of decoded * count / steps + constant against the float activation
/// clip(target, 0, high), with the constant that makes it least: a constant error reaches the next layer as
/// one of its mean input, which that layer's bias takes away.
[[nodiscard]] double decoding_error(const ChannelSamples& samples, float decoded,
                                    std::span<const std::int32_t> counts);

/// The settings with the least decoding_error, and with signs the least mean of |error|^3, by search along
/// one setting at a time from `start` (start.threshold: the largest activation of the channel, if it may be
/// chosen):
///
///   current    mean(target) - mean(drive), and a ramp of a multiple of threshold / steps beside it
///   decoded    the slope of the regression of activations on counts, within half and twice the threshold
///   threshold, initial, ramp    by simulating the neurons on `drive`; with signs the threshold alone, since
///                               initial and ramp are for spikes that cannot be taken back
///
/// Squares weigh the many small errors of rounding too much against the few of clipping, which fall on strong
/// activations, on those of neighbouring positions together, and so on the network's answer (norms above 2
/// for thresholds of quantisers: Nahshan et al. 2021, arXiv:1911.07190). Spikes that cannot be
/// taken back make rare large errors that no threshold avoids; there cubes do worse than squares.
[[nodiscard]] ChannelFit fit_channel(const ChannelSamples& samples, const ChannelFit& start,
                                     const CalibrationChoice& choice);

}  // namespace homolog::conversion
