#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/engine/simulator.hpp"

namespace homolog::sim {

/// In which order the spikes that a tick itself causes (by constant currents, by what is left above a
/// threshold, by Poisson input) wait to be handled. Whatever follows from them is first in, first out.
enum class EventOrder {
  unit,    ///< by population, then by unit
  random,  ///< drawn anew in every step, from seed, image and step alone
};

/// Runs a network event by event (semantics: docs/semantics.md, "Asynchronous events"). In each step a tick
/// brings the leak and the constant currents; from then on one spike after the other is handled alone: what
/// it contributes is added to its targets at once, and a neuron whose potential reaches the threshold fires
/// at once, before the rest of the input of that step has come. A unit still fires at most once per step, so
/// that synchrony is all that distinguishes a run from one of Simulator.
///
/// Immutable after construction and shared by threads; each thread has a State. The work of a step is
/// proportional to its spikes times their fan-out, and to the units that have a constant current or a leak.
class AsynchronousSimulator {
 public:
  /// Memory of one thread; holds the final membrane potentials of the last presentation.
  class State {
   public:
    State(State&&) noexcept;
    State& operator=(State&&) noexcept;
    ~State();
    /// Membrane potentials after the last run, [H,W,C]; Neurons only, else empty.
    [[nodiscard]] std::vector<float> potentials(PopulationId population) const;
    /// Constant current per step that the last stimulus and the biases gave, [H,W,C].
    [[nodiscard]] std::vector<float> currents(PopulationId population) const;
    /// Per population, summed over all presentations with this State. Events of all populations alternate, so
    /// no time is measured for one of them: seconds is 0.
    [[nodiscard]] std::span<const PopulationCost> costs() const;

   private:
    friend class AsynchronousSimulator;
    struct Impl;
    explicit State(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
  };

  /// Prepares `network`, which is copied as far as needed. Throws Error(internal) if it is not valid or has
  /// phases.
  explicit AsynchronousSimulator(const Network& network, EventOrder order = EventOrder::unit);
  AsynchronousSimulator(AsynchronousSimulator&&) noexcept;
  ~AsynchronousSimulator();

  /// The events of one presentation come one after the other, so it has no use for more than one thread: the
  /// parameter is there for code that takes either simulator, and is ignored.
  [[nodiscard]] State make_state(int threads = 1) const;

  /// Presents one stimulus from the resting state; nothing of an earlier presentation is left.
  /// `observer` may be null; it is told the spikes of a step, ascending, when the step is over. The result
  /// depends on the arguments alone, to the last bit.
  /// Throws Error(internal) if values.size() is not that of the input population.
  Response run(State& state, const Presentation& presentation, Observer* observer) const;

  /// Bytes that one State needs at most, for estimates of memory; where relays project with a delay, their
  /// values that are under way come on top.
  [[nodiscard]] std::uint64_t state_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::sim
