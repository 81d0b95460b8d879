#pragma once

#include <cstdint>

#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// Integrate-and-fire unit without leak whose spikes have a sign: what it has said too early it takes back.
///
///   v <- v + input
///   v >= threshold               spike +1, v <- v - threshold
///   v < 0, and allowed           spike -1, v <- v + threshold
///
/// Its net count n, spikes +1 less spikes -1, follows the summed input both up and down: while it can keep
/// up (one spike a step), 0 <= v < threshold wherever n > 0, so with initial = 0.5 n is the summed input in
/// units of the threshold, rounded. An unsigned unit cannot take a spike back when inhibition comes late.
///
///   threshold   > 0, in units of the membrane potential
///   initial     potential at stimulus onset in units of the threshold
///   rectified   negative spikes are allowed only while n > 0, so that n >= 0: a ReLU
///
/// Not comparable, spike for spike, with neurons whose spikes are all alike: name it where you report it.
///
/// Source: Wang et al. 2022, IJCAI ("Signed neuron with memory: towards simple, accurate and high-efficient
/// ANN-SNN conversion"). The threshold of the negative spike, 0, is ours: it makes n the rounded input.
struct SignedIntegrateAndFire {
  static constexpr const char* kName = "signed integrate-and-fire";
  static constexpr Step refractory = 0;  ///< none
  float threshold = 1.0F;
  float initial = 0.5F;
  bool rectified = true;

  [[nodiscard]] float initial_potential() const noexcept { return initial * threshold; }

  void integrate(float& v, float input) const noexcept { v += input; }

  /// The spike: 1, -1, or 0 for none. Changes v and the net count.
  [[nodiscard]] int fires(float& v, std::int32_t& net) const noexcept {
    if (v >= threshold) {
      v -= threshold;
      ++net;
      return 1;
    }
    if (v < 0.0F && (net > 0 || !rectified)) {
      v += threshold;
      --net;
      return -1;
    }
    return 0;
  }
};

}  // namespace homolog::sim
