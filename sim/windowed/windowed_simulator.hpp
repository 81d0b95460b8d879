#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/engine/simulator.hpp"
#include "sim/network/network.hpp"

namespace homolog::sim {

/// Receives what a population fired during one stimulus. Called on the thread that runs the presentation,
/// once per population that fired, sources before their targets.
class WindowObserver {
 public:
  virtual ~WindowObserver() = default;
  /// Whether spikes() is to be called for this population; asked once per presentation.
  [[nodiscard]] virtual bool wants(PopulationId /*population*/) const { return true; }
  /// One entry per spike, by unit (H,W,C order, ascending) and in a unit by time. `times`: in [0, 1), share
  /// of the population's window (sim/network/windows.hpp). Relays and inputs without spikes never come.
  /// The spans are valid during the call.
  virtual void spikes(PopulationId population, std::span<const UnitId> units,
                      std::span<const double> times) = 0;
};

/// What a presentation to a network of window neurons returns.
struct WindowedResponse {
  /// Input of the Readout population at the end of the last window, [units] (C,H,W order of its shape); empty
  /// without a Readout.
  std::vector<double> readout{};
  std::vector<std::uint64_t> spikes{};  ///< per population
  /// Per population that speaks in times to a first spike: length of its window in units of its value; of a
  /// gate the longest of its sources', of a LatencyInput 1. Else 0.
  std::vector<float> length{};
  /// Per population: units whose potential was above what the window can express, and was clipped.
  std::vector<std::uint64_t> clipped{};
  std::uint64_t synaptic_operations = 0;  ///< spikes times synapses; those of an analog input not counted
};

/// Runs a network of window neurons (window_neurons.hpp), layer after layer: event-driven, each spike is
/// delivered once. A population's window begins where the last one of its sources ends; spikes of earlier
/// windows (residual connections) wait until then.
///
/// A Simulator is immutable after construction and shared by threads; each thread has a State.
class WindowedSimulator {
 public:
  /// Memory of one thread; holds the values of the last presentation.
  class State {
   public:
    State(State&&) noexcept;
    State& operator=(State&&) noexcept;
    ~State();
    /// What the units' spikes said to their targets in the last presentation, or what a relay passed on,
    /// [H,W,C]; of an input its values. Empty for a Readout.
    [[nodiscard]] std::vector<float> values(PopulationId population) const;
    /// Per population, summed over all presentations with this State.
    [[nodiscard]] std::span<const PopulationCost> costs() const;

   private:
    friend class WindowedSimulator;
    struct Impl;
    explicit State(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
  };

  /// Prepares `network` (which must be valid and is copied as far as needed). Throws Error(internal) if it
  /// works in steps.
  explicit WindowedSimulator(const Network& network);
  WindowedSimulator(WindowedSimulator&&) noexcept;
  ~WindowedSimulator();

  /// Up to `threads` threads (>= 1) share the work of one presentation with this State. The bits are the
  /// same.
  [[nodiscard]] State make_state(int threads = 1) const;

  /// Presents one stimulus; `values` of the input population, [H,W,C]. `observer` may be null. The result
  /// depends on the arguments alone, to the last bit. Throws Error(internal) if the number of values is not
  /// that of the input, Error(data) if a potential is not finite.
  WindowedResponse run(State& state, std::span<const float> values, WindowObserver* observer) const;

  /// Bytes that one State needs, for estimates of memory.
  [[nodiscard]] std::uint64_t state_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::sim
