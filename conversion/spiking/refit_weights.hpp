#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::conversion {

/// What each population emits per step of a presentation, on average: spikes / steps of a population that
/// spikes, the values of an analog input, the mean value of a relay. [population][unit in H,W,C order];
/// populations that are not read may be empty.
using MeanEmissions = std::vector<std::vector<float>>;

/// Fills in the relays of `network` from the populations that they read, those that `wanted` needs alone.
void add_relays(const sim::Network& network, sim::PopulationId wanted, MeanEmissions& emissions);

/// New synaptic weights for one population: the ridge regression of what its units should receive on what
/// their sources emit, towards the weights W0 that they have,
///
///   W = W0 + (G + lambda I)^-1 C,    G = sum x x',  C = sum x r',  r = wanted - received with W0,
///
/// over samples (image, position), x the mean emissions in the position's window; both are centred if a bias
/// is fitted afterwards. All projections onto a channel are fitted together, each group of a convolution for
/// itself, one weight per kernel element. One-to-one synapses and average pooling keep their weights, as do
/// synapses from the image and channels with more than kMostFeatures weights.
///
/// lambda is chosen for each group among 1, 1e-1 .. 1e-5 times the mean eigenvalue of G and infinity (weights
/// unchanged): images are halved, each half fitted for itself and tried on the other; lambda must lower the
/// error of both halves, and the one with the least sum is taken. lambda stands for a prior precision, so it
/// is the same number for the halves and for the whole.
///
/// It is the synaptic part of the "advanced" calibration of Li et al. 2021 (arXiv:2106.06984), in closed
/// form.
class WeightRefit {
 public:
  static constexpr std::int64_t kMostFeatures = 2304;

  /// `network`: valid; kept by reference. `target`: the population. `per_image`: positions of each image.
  WeightRefit(const sim::Network& network, sim::PopulationId target, std::int64_t per_image, bool centred);
  ~WeightRefit();
  WeightRefit(WeightRefit&&) noexcept;
  WeightRefit& operator=(WeightRefit&&) = delete;

  /// Whether there is any weight that can be refitted.
  [[nodiscard]] bool possible() const noexcept;
  /// Whether emissions of this population are read, directly or through relays.
  [[nodiscard]] bool reads(sim::PopulationId population) const;

  /// How many images fill one batch; at least 1.
  [[nodiscard]] std::int64_t batch() const noexcept;
  /// Enters one sample in slot `image` < batch() of the batch, sample `j` < per_image of it. residual:
  /// [channels], wanted minus received. Different images may be entered by different threads.
  void enter(std::int64_t image, std::int64_t j, std::int64_t position, const MeanEmissions& emissions,
             std::span<const float> residual);
  /// Adds the first `images` slots of the batch to the sums of a half (0 or 1), with `threads` threads.
  void finish_batch(std::int64_t images, int half, int threads);

  /// Weights of each projection onto the target, in the order of the network and of the kernel's own
  /// weights, each rounded to 12 significant bits; empty where they stay. All empty: nothing is changed.
  [[nodiscard]] std::vector<std::vector<float>> solve(int threads) const;

  /// Estimate of the memory that refitting `target` needs.
  [[nodiscard]] static std::uint64_t bytes(const sim::Network& network, sim::PopulationId target);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Puts weights from solve() in place, divided by scale[channel of the target] (empty: by 1). Throws
/// Error(internal) if their number does not fit.
void replace_weights(sim::Kernel& kernel, std::span<const float> weights, std::span<const float> scale);

}  // namespace homolog::conversion
