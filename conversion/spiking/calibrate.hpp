#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "conversion/spiking/fit_channel.hpp"

namespace homolog::conversion {

struct CalibrationOptions {
  CalibrationChoice choice{};
  sim::Step steps = 1;      ///< for which the network will run, 1 .. kMostCalibratedSteps
  std::int64_t images = 0;  ///< to fit thresholds, >= 1; see calibration_images()
  /// To refit weights, where choice.weights; max(images, weight_images) will be added. See weight_images().
  std::int64_t weight_images = 0;
  std::uint64_t seed = 1;  ///< of Poisson input
  int threads = 1;
  /// Of recorded spikes (CalibrationRuns); with less, calibration takes longer and its result is the same.
  std::uint64_t most_recorded_bytes = std::uint64_t{512} << 20U;
};

/// With more steps than these, what calibration could correct is small against clipping.
inline constexpr sim::Step kMostCalibratedSteps = 64;

/// How many images are worth simulating, at most `available`: so many that they show 256 million neurons at
/// work, 16 at least and 128 at most.
[[nodiscard]] std::int64_t calibration_images(const sim::Network& network, std::int64_t available);

/// How many images are worth simulating to refit weights, at most `available`: four times as many neurons, 64
/// images at least and 512 at most.
[[nodiscard]] std::int64_t weight_images(const sim::Network& network, std::int64_t available);

/// Estimate of the bytes that a SpikingCalibration needs beside the simulator: samples, and the recorded
/// input of the largest population.
[[nodiscard]] std::uint64_t calibration_bytes(const sim::Network& network, const CalibrationOptions& options);

/// Calibration on the simulated network, after Li et al. 2021 (ICML, "A free lunch from ANN"): population by
/// population, sources first, each with what the populations before it, calibrated already, really send to
/// it in `steps` steps. So it corrects what the float activations cannot show: spikes fired on early
/// excitation that later inhibition cannot take back, and the clipping and rounding of all layers before.
/// First the population's synaptic weights are refitted (WeightRefit), then threshold, scale, bias and
/// initial potential searched for (fit_channel).
///
/// The result depends on graph, images and options but not on `threads`.
class SpikingCalibration {
 public:
  /// Throws Error(internal) unless the neurons are integrate-and-fire with reset by subtraction and without
  /// refractory period.
  SpikingCalibration(const FloatGraph& graph, const ConversionOptions& conversion,
                     const CalibrationOptions& options);
  ~SpikingCalibration();

  /// The float tensors that it needs, each once.
  [[nodiscard]] const std::vector<TensorId>& tensors() const;
  /// Values of tensors()[k] for one image; every pair once, in any order, before run().
  void add(std::int64_t image, std::size_t k, std::span<const float> values);

  /// Values of the input population for an image, [H,W,C]; called from several threads.
  using Stimulus = std::function<std::vector<float>(std::int64_t image)>;
  /// Called after each population with their number so far and the number of all.
  using Progress = std::function<void(std::int64_t done, std::int64_t all)>;

  /// `start`: one scale per scaled tensor; with choice.threshold the largest activations of each channel,
  /// else the thresholds to keep. Returns them calibrated, and with choice.bias one for the readout: the mean
  /// error of each class, but for what chance would explain with so few images. Rounded to 12 significant
  /// bits.
  [[nodiscard]] std::vector<Scale> run(std::vector<Scale> start, const Stimulus& stimulus,
                                       const Progress& progress) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::conversion
