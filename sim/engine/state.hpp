#pragma once

#include <tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/emission.hpp"
#include "sim/engine/prepared_network.hpp"
#include "sim/engine/row_cache.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::sim {

/// What one population remembers during a presentation; only what its role needs is allocated. Lanes: see
/// PreparedPopulation::lane().
struct PopulationState {
  AlignedBuffer<float> v{};                          ///< Neurons: membrane potentials [lanes]
  std::vector<Step> refractory_left{};               ///< Neurons with a refractory period [lanes]
  AlignedBuffer<std::int32_t> net{};                 ///< Neurons with signs: net counts [lanes]
  AlignedBuffer<float> lowest_firing{};              ///< Neurons, once asked for: PotentialExtremes [lanes]
  AlignedBuffer<float> highest_silent{};             ///< likewise
  AlignedBuffer<float> current{};                    ///< Neurons, Readout, Relay: constant over steps [lanes]
  std::vector<double> sum{};                         ///< Readout: of all input so far, [H,W,C]
  std::vector<std::vector<std::uint32_t>> counts{};  ///< MaxGate: [inbound projection][source unit]
  Emission emission{};                               ///< what it emitted in the last steps
  Emission constants{};  ///< AnalogInput, Relay: the constants that it hands on, in one slot
};

/// What one thread needs to work on a population.
struct Worker {
  std::vector<RowCache> caches{};  ///< per inbound projection
  AlignedBuffer<float> z{};
  std::vector<std::uint64_t> touched{};
  std::uint64_t contributions = 0;
};

[[nodiscard]] Worker make_worker(const PreparedNetwork& network);
/// What a worker needs, at worst, for blocks of so many steps. `all_graded`: every population's events have
/// values, not only those of relays.
[[nodiscard]] std::uint64_t worker_bytes(const PreparedNetwork& network, Step steps, bool all_graded);

/// Memory for one presentation at a time.
class PresentationState {
 public:
  PresentationState(const PreparedNetwork& network, int threads);

  /// Back to the state before the first step of `presentation`; what an interrupted one left is gone.
  void rest(const PreparedNetwork& network, const Presentation& presentation);

  /// What a state of one thread needs, at worst.
  [[nodiscard]] static std::uint64_t bytes(const PreparedNetwork& network);

  std::vector<PopulationState> populations{};
  std::vector<Worker> workers{};             ///< one per thread
  std::unique_ptr<tbb::task_arena> arena{};  ///< of several threads, else null
  AlignedBuffer<UnitId> units{};             ///< spikes of one step, for the observer
  std::vector<UnitId> input_spikes{};        ///< of a PoissonInput
  std::vector<PopulationCost> costs{};
  bool keeps_extremes = false;  ///< of the presentation
};

}  // namespace homolog::sim
