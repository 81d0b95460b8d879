#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "sim/network/windows.hpp"
#include "sim/windowed/windowed_simulator.hpp"

namespace homolog::experiments {

/// Keeps the spikes and their numbers of one presentation to window neurons, and when each unit fires first,
/// of the populations that somebody wants.
class WindowCollector : public sim::WindowObserver {
 public:
  struct Wish {
    bool spikes = false;
    bool counts = false;
    bool first = false;  ///< time of the first spike
  };

  /// `wishes`: one per population of `network`; `window_ms`: length of a window on the time axis.
  WindowCollector(const sim::Network& network, std::vector<Wish> wishes, double window_ms);

  void clear();

  [[nodiscard]] bool wants(sim::PopulationId population) const override;
  void spikes(sim::PopulationId population, std::span<const sim::UnitId> units,
              std::span<const double> times) override;

  /// Of a population whose spikes are wanted.
  [[nodiscard]] const TimedSpikes& timed(sim::PopulationId population) const { return spikes_[population]; }
  /// Spikes of every unit [H,W,C]; empty where counts are not wanted.
  [[nodiscard]] const std::vector<std::uint32_t>& counts(sim::PopulationId population) const {
    return counts_[population];
  }
  /// When each unit [H,W,C] fires first, as a share of the population's window, in [0, 1); 1: not at all. As
  /// the simulator gave it, whatever the length of a window on the time axis. Empty where it is not wanted.
  [[nodiscard]] const std::vector<double>& first_shares(sim::PopulationId population) const {
    return first_shares_[population];
  }
  /// Wall time spent here since clear().
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  void sort_spikes(sim::PopulationId population, std::span<const sim::UnitId> units,
                   std::span<const double> times);

  struct Spike {
    double time = 0.0;
    std::uint32_t id = 0;
    friend auto operator<=>(const Spike&, const Spike&) = default;
  };

  const sim::Network& network_;
  std::vector<Wish> wishes_;
  sim::Windows windows_;
  double window_ms_;
  std::vector<TimedSpikes> spikes_{};
  std::vector<std::vector<std::uint32_t>> counts_{};
  std::vector<std::vector<double>> first_shares_{};
  std::vector<Spike> sorted_{};
  double seconds_ = 0.0;
};

}  // namespace homolog::experiments
