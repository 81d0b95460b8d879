#pragma once

#include "sim/neuron/neuron_model.hpp"

namespace homolog::sim {

/// Integrate-and-fire unit without leak: v <- v + input; fires when v >= threshold.
///
///   threshold   > 0, in units of the membrane potential (a converted network uses 1)
///   initial     potential at stimulus onset in units of the threshold; 0.5 turns the floor of the
///               rate into rounding, see docs/methods.md
///   refractory  whole steps after a spike in which input is dropped
///
/// Sources: reset by subtraction, Rueckauer et al. 2017, doi:10.3389/fnins.2017.00682.
struct IntegrateAndFire {
  static constexpr const char* kName = "integrate-and-fire";
  float threshold = 1.0F;
  Reset reset = Reset::subtract;
  float initial = 0.0F;
  Step refractory = 0;

  [[nodiscard]] float initial_potential() const noexcept { return initial * threshold; }

  void integrate(float& v, float input) const noexcept { v += input; }

  [[nodiscard]] bool fires(float& v) const noexcept {
    if (v < threshold) {
      return false;
    }
    v = reset == Reset::subtract ? v - threshold : 0.0F;
    return true;
  }
};

static_assert(NeuronModel<IntegrateAndFire>);

}  // namespace homolog::sim
