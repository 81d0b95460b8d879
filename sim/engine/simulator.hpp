#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::sim {

class SpikeRecord;

/// Receives what happens while one stimulus is presented. Called on the thread that runs the presentation;
/// for each population step by step in increasing order, while populations may come in any order (a
/// feed-forward network is swept layer by layer over many steps).
class Observer {
 public:
  virtual ~Observer() = default;
  /// Whether spikes() is to be called for this population; asked once per presentation.
  [[nodiscard]] virtual bool wants(PopulationId /*population*/) const { return true; }
  /// `units` (H,W,C order, ascending, each once) of `population` fired in `step`. Not called when none
  /// did. Neurons, MaxGate and PoissonInput only. The span is valid during the call.
  virtual void spikes(PopulationId population, Step step, std::span<const UnitId> units) = 0;
  /// Of a population whose spikes have signs (is_signed): spikes() names the units whose spike was positive,
  /// this those whose spike was negative, after it. Observers of such populations need it.
  virtual void negative_spikes(PopulationId /*population*/, Step /*step*/,
                               std::span<const UnitId> /*units*/) {}
  /// Where to keep all spikes of this population, a record of its shape, of the presentation's steps and with
  /// signs if its spikes have them; null: nowhere. Asked once per presentation, whatever wants() says, and by
  /// Simulator alone.
  [[nodiscard]] virtual SpikeRecord* record(PopulationId /*population*/) { return nullptr; }
};

/// What is presented and how long.
struct Presentation {
  std::span<const float> values{};  ///< of the input population, [H,W,C]
  Step steps = 0;
  std::uint64_t seed = 0;   ///< of the run
  std::uint64_t image = 0;  ///< number of the stimulus: with the seed it keys all random numbers
  /// Steps for which the stimulus was there before: step s takes the random numbers of earlier_steps + s.
  Step earlier_steps = 0;
  /// Membrane potentials at onset instead of the network's, per population, [H,W,C]; empty for a population,
  /// or for all: the network's. -infinity silences a unit for the whole presentation. Neurons only.
  std::span<const std::vector<float>> initial{};
  /// Per population, null or the spikes that it fires in place of those that its input would make it fire:
  /// nothing else is computed for it. Empty: none. Neurons, MaxGate and PoissonInput only; of the
  /// population's shape, of `steps` steps, with signs if its spikes have them.
  std::span<const SpikeRecord* const> replayed{};
  /// Positions y * width + x of the readout that are of interest, ascending, each once; the others are not
  /// summed. Empty: all.
  std::span<const std::uint32_t> read_at{};
  /// For State::extremes(); neurons are then updated one by one, slowly. Not in a network with phases.
  bool keeps_extremes = false;
};

/// How near each unit of a population came to firing once less or once more. Steps of a refractory period
/// do not count.
struct PotentialExtremes {
  /// Smallest potential, before the reset, of the steps in which the unit fired; +infinity: it never fired.
  std::vector<float> lowest_firing{};
  /// Largest potential of the steps in which it did not fire; -infinity: it fired in every step.
  std::vector<float> highest_silent{};
};

/// What a presentation returns.
struct Response {
  /// Summed input of the Readout population after each step, [steps, units] (C,H,W order of the
  /// readout's shape; of Presentation::read_at only those positions, in its order), with phases weighted by
  /// worth(step); empty without a Readout. Divided by the number of steps so far (with phases: by
  /// summed_worth) it estimates the float network's output.
  std::vector<double> readout{};
  std::vector<std::uint64_t> spikes{};           ///< per population
  std::vector<std::uint64_t> negative_spikes{};  ///< of these, where spikes have signs
  std::uint64_t synaptic_operations = 0;         ///< contributions added, constant currents not counted
};

/// What the populations of a network cost so far, for tables of a profile. Wall time of the thread.
struct PopulationCost {
  double seconds = 0.0;                   ///< summing input, updating, and firing; not the observer
  std::uint64_t spikes = 0;               ///< emitted
  std::uint64_t synaptic_operations = 0;  ///< received
};

/// Runs a network tick by tick (semantics: docs/semantics.md). In a step every population, in
/// step_order(), sums the contributions that arrive in this step, in float and in the order
/// that Network defines, adds that sum to its constant current, integrates and fires.
///
/// A Simulator is immutable after construction and shared by threads; each thread has a State.
class Simulator {
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
    /// Of the last run, [H,W,C], if it kept them (Presentation::keeps_extremes). Neurons only, else empty.
    [[nodiscard]] PotentialExtremes extremes(PopulationId population) const;
    /// Per population, summed over all presentations with this State. Constant currents are counted with
    /// the population that receives them.
    [[nodiscard]] std::span<const PopulationCost> costs() const;

   private:
    friend class Simulator;
    struct Impl;
    explicit State(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
  };

  /// Prepares `network` (which must be valid and is copied as far as needed).
  explicit Simulator(const Network& network);
  Simulator(Simulator&&) noexcept;
  ~Simulator();

  /// Up to `threads` threads (>= 1) share the work of one presentation with this State: for one image at a
  /// time. With several images at once, give each thread its own State. The bits are the same.
  [[nodiscard]] State make_state(int threads = 1) const;

  /// Presents one stimulus from the resting state; nothing of an earlier presentation is left.
  /// `observer` may be null. The result depends on the arguments alone, to the last bit.
  /// Throws Error(internal) if values.size() is not that of the input population, or if `initial`,
  /// `replayed`, `read_at` or a record of the observer does not fit.
  Response run(State& state, const Presentation& presentation, Observer* observer) const;

  /// Bytes that one State needs, for estimates of memory.
  [[nodiscard]] std::uint64_t state_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::sim
