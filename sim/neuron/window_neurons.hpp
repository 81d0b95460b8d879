#pragma once

#include <cstdint>
#include <limits>
#include <variant>

namespace homolog::sim {

// Neurons that take in the whole of their input during one window of time and answer with spikes in the next:
// every layer has a window of its own, and one layer's answer is the next one's input. What a unit's spikes
// say is one number, its value; a synapse of weight w adds w times that value to the potential of its target.

/// Fires at most once, the earlier the larger its value (the B1 mapping of Stanojevic et al.):
///
///   potential at the end of the input  V = sum of w x + current
///   time in the answer's window        t = T - V, if 0 < V, not before 0
///   value                              x = T - t, 0 without a spike: max(0, V) up to one rounding of t
///
/// All times are relative to the window and rounded to float32, so that a late layer is as precise as an
/// early one. In the continuous-time picture every input spike at time t_j has, by the end of the window,
/// ramped its target's potential up by w (T' - t_j); then all potentials rise with slope 1, and the threshold
/// T - current is reached at t.
///
/// Source: Stanojevic et al. 2023, doi:10.1016/j.neunet.2023.09.011 ("An exact mapping from ReLU networks to
/// spiking neural networks").
struct TimeToFirstSpike {
  static constexpr const char* kName = "time-to-first-spike";
  /// Length of the window, in units of the potential; 0: as long as the largest potential of the population
  /// needs in this presentation, so that nothing is clipped.
  float window = 0.0F;
  /// A potential above it counts as this (ReLU6), > 0.
  float ceiling = std::numeric_limits<float>::infinity();
};

/// Fires a binary fraction: in step k = 1 .. K of the window a spike is worth 2^-k.
///
///   v = V + 2^-(K + 1)                         at the beginning of the window: rounds instead of cutting off
///   spike in step k if v >= 2^-k; then v -= 2^-k
///   value = sum of 2^-k over its spikes: V rounded to K bits, within [0, 1 - 2^-K]
///
/// These are the few-spike neurons of Stoeckl and Maass for a ReLU with values up to 1 (T = h = d = 2^-k).
///
/// Source: Stoeckl and Maass 2021, doi:10.1038/s42256-021-00311-4.
struct FewSpikes {
  static constexpr const char* kName = "few-spike";
  std::uint32_t steps = 8;  ///< K, 1 .. 16
};

/// The visible list of window neurons.
using WindowNeuron = std::variant<TimeToFirstSpike, FewSpikes>;

}  // namespace homolog::sim
