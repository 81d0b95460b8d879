#pragma once

#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// Leaky integrate-and-fire unit, advanced by the exact solution over one step:
/// v <- decay * v + input, with decay = exp(-step / tau); fires when v >= threshold.
///
///   decay       in (0, 1]; 1 gives the unit without leak
///   the others  as for IntegrateAndFire
///
/// Sources: exact propagation, Rotter & Diesmann 1999, doi:10.1007/s004220050570. Input of a step is a
/// charge delivered at its end, so it is not decayed in the step in which it arrives.
struct LeakyIntegrateAndFire {
  static constexpr const char* kName = "leaky integrate-and-fire";
  float threshold = 1.0F;
  Reset reset = Reset::subtract;
  float initial = 0.0F;
  Step refractory = 0;
  float decay = 1.0F;

  [[nodiscard]] float initial_potential() const noexcept { return initial * threshold; }

  void integrate(float& v, float input) const noexcept {
    v *= decay;
    v += input;
  }

  [[nodiscard]] bool fires(float& v) const noexcept {
    if (v < threshold) {
      return false;
    }
    v = reset == Reset::subtract ? v - threshold : 0.0F;
    return true;
  }
};

static_assert(NeuronModel<LeakyIntegrateAndFire>);

}  // namespace homolog::sim
