#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "conversion/spiking/replay_plan.hpp"
#include "conversion/spiking/sample_positions.hpp"
#include "sim/engine/simulator.hpp"
#include "sim/engine/spike_record.hpp"

namespace homolog::conversion {

/// Shows calibration images to one target after the other, while the network is changed behind the targets
/// that were there. Spikes of the populations before a target are recorded and replayed, so that a population
/// is simulated once, as far as memory allows (plan_replay). Results do not depend on what is recorded.
class CalibrationRuns {
 public:
  struct Options {
    sim::Step steps = 1;
    std::int64_t images = 1;  ///< most that will be shown
    std::uint64_t seed = 1;
    int threads = 1;
    std::uint64_t most_bytes = 0;  ///< of records
  };
  /// Values of the input population for an image, [H,W,C]; called from several threads.
  using Stimulus = std::function<std::vector<float>(std::int64_t image)>;
  /// What to do with an image, the k-th of a call of show(): several at once, each thread with its state.
  using Work = std::function<void(sim::Simulator::State& state, const sim::Presentation& presentation,
                                  std::int64_t k)>;
  /// Images first + k * stride for k = 0 .. count - 1, each for `steps` steps.
  struct Images {
    std::int64_t first = 0;
    std::int64_t stride = 1;
    std::int64_t count = 0;
    sim::Step steps = 0;
    const SamplePositions* read_at = nullptr;  ///< of the readout: nothing is summed elsewhere; null: all
  };

  /// `outline`: a network of the same populations and projections. `targets`: ascending.
  CalibrationRuns(const sim::Network& outline, std::span<const sim::PopulationId> targets,
                  const Options& options, Stimulus stimulus);

  /// Goes on to the next target. Up to it, `network` is as it will stay. The part has the target as its last
  /// population, a readout: it sums its input instead of firing, so that the response tells what its neurons
  /// receive after each step.
  [[nodiscard]] NetworkPart next_target(const sim::Network& network);

  /// Shows images to the part, as `simulator` has it: its weights may have changed. Images for other than
  /// options.steps steps must not depend on spikes of recorded populations.
  void show(const sim::Simulator& simulator, const NetworkPart& part, const Images& images,
            const Work& work) const;

 private:
  [[nodiscard]] std::vector<bool> recorded() const;  ///< [population]
  void record(const sim::Network& network, const std::vector<sim::PopulationId>& ids);

  Options options_;
  Stimulus stimulus_;
  ReplayPlan plan_;
  std::size_t next_ = 0;
  std::vector<std::vector<sim::SpikeRecord>> records_;  ///< [population][image], empty where there are none
};

}  // namespace homolog::conversion
