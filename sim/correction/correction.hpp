#pragma once

#include <functional>
#include <vector>

#include "sim/core/registry.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::sim {

// Corrections by the residual membrane potential. A stimulus is shown twice: for a few preparatory steps,
// and then anew, from potentials that take into account what the preparatory steps left in each neuron.
// Only the second presentation is the network's answer; the steps of both count as time.
//
// All neurons are corrected at once, after the whole network has run: preparatory steps then cost what they
// are counted as, whatever the number of layers (docs/codes-rate.md).

/// What the preparatory steps showed of one neuron; potentials in units of its threshold.
struct PreparedUnit {
  float initial = 0.5F;         ///< before the first step
  float residual = 0.0F;        ///< after the last step
  float lowest_firing = 0.0F;   ///< as PotentialExtremes
  float highest_silent = 0.0F;  ///< as PotentialExtremes
};

/// Potential with which the neuron begins its second presentation, in units of the threshold; -infinity
/// silences it.
using Correction = std::function<float(const PreparedUnit&)>;

/// The visible list: "srp", "cos".
[[nodiscard]] Registry<Correction> corrections();

/// Initial potentials of all populations (as Presentation::initial) after a preparatory presentation of
/// `network` with `state`, which kept the extremes. Neurons must be of the model IntegrateAndFire.
[[nodiscard]] std::vector<std::vector<float>> corrected_potentials(const Network& network,
                                                                   const Simulator::State& state,
                                                                   const Correction& correction);

}  // namespace homolog::sim
