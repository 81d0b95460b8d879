#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/phases.hpp"
#include "sim/neuron/neurons.hpp"
#include "sim/neuron/window_neurons.hpp"

namespace homolog::sim {

using PopulationId = std::uint32_t;

/// What a population does with the input that it sums in a step. Each answers: what does it emit?
struct AnalogInput {
};  ///< the stimulus as constant current: emits nothing, its values come with each presentation
struct PoissonInput {};  ///< spikes at random, independently in every step, with P = clamp(value, 0, 1)
struct LatencyInput {};  ///< every unit spikes once, at 1 - clamp(value, 0, 1) of the first window, none at
                         ///< 0; window neurons only
struct Neurons {         ///< integrates and fires
  Neuron model{};
};
struct WindowNeurons {  ///< takes in one window of time and answers in the next, see window_neurons.hpp
  WindowNeuron model{};
};
struct Relay {};  ///< no memory, no threshold: passes its summed input on in the same step as graded
                  ///< events. Linear parts of a network (average pooling, a convolution without ReLU)
                  ///< are relays: the same as unrolled synapses, at their true cost.
/// Emits a spike when the largest spike count in a window has risen, so that its count is the window's
/// maximum after every step. Fed by MaxPool kernels only.
struct MaxGate {
  bool falls = false;  ///< its sources' spikes have signs: follows net counts, with a spike -1 when the
                       ///< largest has fallen
};
struct Readout {};  ///< sums its input over all steps and never fires

using Role =
    std::variant<AnalogInput, PoissonInput, Neurons, Relay, MaxGate, Readout, LatencyInput, WindowNeurons>;

/// Whether a population of this role emits spikes (not values, as a relay, and not constants).
[[nodiscard]] bool is_spiking(const Role& role);
/// Whether its spikes have signs. Targets receive weight times sign; no 8-bit weights lead from there.
[[nodiscard]] bool is_signed(const Role& role);
/// Whether the net count of a unit is never negative: all but neurons with signs that are not rectified.
[[nodiscard]] bool is_rectified(const Role& role);
/// Whether it is an input, whose values come with each presentation.
[[nodiscard]] bool is_input(const Role& role);

/// A population whose spikes are times to a first spike may be read by their order instead: what the r-th
/// spike of the population says to its targets is `rank_worth[r]` (equal times: the lower unit first), as if
/// every spike made the targets less sensitive for the next. Max gates still see times.
///
/// Sources: shunting desensitisation, Thorpe and Gautrais 1998, doi:10.1007/978-1-4615-4831-7_19; a table of
/// mean activations, VanRullen and Thorpe 2001, doi:10.1162/08997660152002852.
using RankWorth = std::vector<float>;

/// A set of units of one kind, laid out as a map.
struct Population {
  std::string name{};
  Shape shape{};
  Role role{Neurons{}};
  /// Constant current per unit and step (of window neurons: per window), [H,W,C]; empty means none. Neurons,
  /// WindowNeurons and Readout only.
  std::vector<float> current{};
  /// Membrane potential of each unit at stimulus onset, [H,W,C], in the potential's own unit (not that of
  /// the threshold); empty means the neuron model's initial_potential() for all. Neurons only.
  std::vector<float> initial{};
  /// [units], not increasing; empty: read by times. TimeToFirstSpike, LatencyInput, and MaxGate of those.
  RankWorth rank_worth{};
};

/// Connects every unit of `source` with units of `target` by one kernel.
struct Projection {
  PopulationId source = 0;
  PopulationId target = 0;
  /// Whole steps between emission and arrival. 0: in the same step, allowed where it closes no cycle.
  /// A projection from an AnalogInput is constant in time and must have delay 0.
  Step delay = 0;
  Kernel kernel{};
};

/// A spiking network: a value, shared as const by all threads. The order of `projections` is part of
/// its meaning: a unit sums its input in this order and, within a projection, column by column of the
/// source's map, so that every float sum is defined to the last bit (docs/semantics.md).
struct Network {
  std::vector<Population> populations{};
  std::vector<Projection> projections{};
  /// Steps of a period of phase coding, 1 .. kMostPhases: a spike in step t is worth 2^-(1 + t mod phases),
  /// see phases.hpp; 0: every spike is worth 1. Neurons and the readout weigh what they sum (see
  /// current_share for constant currents), and neurons
  /// their threshold.
  Step phases = 0;
};

/// Whether the network answers window by window (WindowNeurons, LatencyInput) and not step by step.
[[nodiscard]] bool is_windowed(const Network& network);

/// Checks every shape, weight count, index and delay, that all weights and currents are finite, that
/// 8-bit weights come from populations that spike in steps and stand alone, that exactly one population is an
/// input, that no cycle has delay 0, that where there are window neurons there are no others, no delays
/// and no cycles, and that with phases there are only analog inputs, relays, integrate-and-fire neurons with
/// reset by subtraction and without refractory period, and readouts, and no delays. Throws Error(internal)
/// that names the population or projection. The engine requires a valid network.
void validate(const Network& network);

/// The order in which populations are advanced within a step: every source of a projection without
/// delay before its target; ties by id. Throws Error(internal) on a cycle without delay.
[[nodiscard]] std::vector<PopulationId> step_order(const Network& network);

/// Number of synapses of a projection: pairs (source unit, target unit) that it connects.
[[nodiscard]] std::uint64_t synapses(const Projection& projection);

/// Synapses that one unit of the target receives at most (fewer at a border); saturates instead of
/// overflowing.
[[nodiscard]] std::int64_t fan_in(const Convolution& kernel);
[[nodiscard]] std::int64_t fan_in(const Dense& kernel);

}  // namespace homolog::sim
