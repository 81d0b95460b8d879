#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "conversion/spiking/convert.hpp"
#include "experiments/analysis/analysis.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/run/normalisation.hpp"
#include "experiments/run/preparation.hpp"
#include "experiments/stimuli/stimuli.hpp"
#include "sim/asynchronous/asynchronous_simulator.hpp"
#include "sim/correction/correction.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {

/// Presents stimuli to the spiking network, several side by side, and hands on what each leaves, in order.
struct SpikingPass {
  /// Wall time of one presentation, divided by how many ran side by side.
  struct Seconds {
    double simulate = 0.0;
    double record = 0.0;  ///< collecting spikes and counts
  };
  /// What one presentation leaves.
  struct Outcome {
    PresentationRecord record{};
    std::vector<std::vector<float>> representations{};  ///< one per entry of `representations`, [C,H,W]
    /// The same for those of code spikes, whose entry of `representations` is empty: [C,H,W] x words.
    std::vector<std::vector<std::uint64_t>> trains{};

    /// What entry k of `representations` leaves, for RepresentationStore.
    [[nodiscard]] std::span<const std::byte> row(std::size_t k) const {
      return trains[k].empty() ? std::as_bytes(std::span(representations[k]))
                               : std::as_bytes(std::span(trains[k]));
    }
    Seconds seconds{};
  };

  const conversion::Twin* twin = nullptr;
  conversion::InputCode input = conversion::InputCode::current;
  const Normalisation* normalisation = nullptr;
  const Stimuli* stimuli = nullptr;
  std::uint32_t steps = 0;    ///< not for window neurons; of both presentations, with a correction
  double step_ms = 1.0;       ///< length of a step or window
  bool asynchronous = false;  ///< scheduler, not for window neurons
  sim::EventOrder event_order = sim::EventOrder::unit;
  std::uint32_t preparatory_steps = 0;  ///< of `steps`; not 0: shown twice, corrected in between
  sim::Correction correction{};         ///< with preparatory steps; for the synchronous scheduler
  std::uint64_t seed = 0;
  std::uint64_t first_image = 0;  ///< number of stimulus 0 in its source: keys the random numbers
  int threads = 1;                ///< one per image; with fewer images than threads, several
  /// Layers of the twin in the order of the results file, and which of them record spikes and counts.
  std::vector<LayerRecord> layers{};
  /// Keys of all codes but float.
  std::vector<RepresentationKey> representations{};
  std::function<bool()> stop{};
  std::function<void(std::int64_t stimulus, Outcome)> receive{};  ///< one thread at a time, in order
  /// Called once at the end of run() with what the populations cost, summed over all states.
  std::function<void(std::span<const sim::PopulationCost>)> receive_costs{};

  /// Presents stimuli first .. last - 1; returns the first that was not presented.
  std::int64_t run(std::int64_t first, std::int64_t last) const;
};

/// Presents the experiment's stimuli to its twin. Nothing is recorded or received yet.
[[nodiscard]] SpikingPass spiking_pass(const Experiment& experiment, const Preparation& prepared,
                                       const conversion::Twin& twin, int threads);

}  // namespace homolog::experiments
