#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "experiments/analysis/spike_trains.hpp"
#include "experiments/recording/packed_spikes.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {

/// Keeps the spikes and counts of one presentation, and what the spikes are worth, of the populations that
/// somebody wants; or of several presentations that follow each other. Populations may come in any order.
class Collector : public sim::Observer {
 public:
  struct Wish {
    bool spikes = false;
    bool negative = false;  ///< spikes, where they have signs; `spikes` are then the positive ones
    bool counts = false;    ///< positive less negative spikes
    bool first = false;     ///< step of the first spike
    bool trains = false;    ///< every spike, as bits
    bool worths = false;    ///< summed over the spikes of a unit, in a network with phases
  };

  /// `wishes`: one per population of `network`.
  Collector(const sim::Network& network, const std::vector<Wish>& wishes, sim::Step steps);

  /// Forgets the last presentation.
  void clear();

  /// What comes now belongs to another presentation, whose step 0 is step `step` of the record.
  void continue_at(sim::Step step) { first_step_ = step; }

  [[nodiscard]] bool wants(sim::PopulationId population) const override;
  void spikes(sim::PopulationId population, sim::Step step, std::span<const sim::UnitId> units) override;

  void negative_spikes(sim::PopulationId population, sim::Step step,
                       std::span<const sim::UnitId> units) override;

  /// Of a population whose spikes are wanted.
  [[nodiscard]] PackedSpikes packed(sim::PopulationId population) const {
    return packers_[population]->packed();
  }
  /// Of a population whose negative spikes are wanted.
  [[nodiscard]] PackedSpikes packed_negative(sim::PopulationId population) const {
    return negative_packers_[population]->packed();
  }
  /// Per population, [H,W,C]; empty where counts are not wanted.
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& counts() const { return counts_; }
  /// Per population, [H,W,C]: sum of sim::worth over the spikes; empty where it is not wanted.
  [[nodiscard]] const std::vector<std::vector<float>>& worths() const { return worths_; }
  /// Per population, [H,W,C]: step of the first spike, or the number of steps; empty where not wanted.
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& first_steps() const { return first_steps_; }
  /// Per population, [H,W,C] x SpikeTrains::words(steps); empty where not wanted.
  [[nodiscard]] const std::vector<std::vector<std::uint64_t>>& trains() const { return trains_; }
  /// Wall time spent here since clear().
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  std::vector<std::optional<SpikePacker>> packers_{};  ///< per population
  std::vector<std::optional<SpikePacker>> negative_packers_{};
  std::vector<std::vector<std::uint32_t>> counts_{};
  std::vector<std::vector<float>> worths_{};
  std::vector<std::vector<std::uint32_t>> first_steps_{};
  std::vector<std::vector<std::uint64_t>> trains_{};
  sim::Step steps_;
  sim::Step phases_;
  sim::Step first_step_ = 0;
  double seconds_ = 0.0;
};

}  // namespace homolog::experiments
