#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/asynchronous/asynchronous_simulator.hpp"

namespace homolog::test {

/// Spikes by population and step, ascending.
class Raster : public sim::Observer {
 public:
  Raster(std::size_t populations, sim::Step steps)
      : spikes_(populations, std::vector<std::vector<sim::UnitId>>(steps)) {}
  void spikes(sim::PopulationId population, sim::Step step, std::span<const sim::UnitId> units) override {
    EXPECT_FALSE(units.empty());
    EXPECT_TRUE(spikes_.at(population).at(step).empty()) << "called twice";
    for (std::size_t i = 1; i < units.size(); ++i) {
      EXPECT_LT(units[i - 1], units[i]) << "not ascending, or more than one spike per step";
    }
    spikes_[population][step].assign(units.begin(), units.end());
  }
  [[nodiscard]] const std::vector<std::vector<std::vector<sim::UnitId>>>& all() const { return spikes_; }

 private:
  std::vector<std::vector<std::vector<sim::UnitId>>> spikes_;
};

inline std::vector<std::uint32_t> bits(std::span<const float> values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) {
    bits.push_back(std::bit_cast<std::uint32_t>(value));
  }
  return bits;
}

/// All that a presentation gives.
struct Outcome {
  std::vector<std::vector<std::vector<sim::UnitId>>> spikes{};  ///< [population][step]
  std::vector<std::vector<std::uint32_t>> potentials{};
  std::vector<std::vector<std::uint32_t>> currents{};
  std::vector<double> readout{};
  std::uint64_t synaptic_operations = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Of either simulator.
template <class AnySimulator>
Outcome outcome_of(const AnySimulator& simulator, typename AnySimulator::State& state,
                   const sim::Network& network, const sim::Presentation& presentation) {
  const std::size_t populations = network.populations.size();
  Raster raster(populations, presentation.steps);
  const sim::Response response = simulator.run(state, presentation, &raster);
  Outcome outcome{.spikes = raster.all(),
                  .potentials = {},
                  .currents = {},
                  .readout = response.readout,
                  .synaptic_operations = response.synaptic_operations};
  for (sim::PopulationId p = 0; p < populations; ++p) {
    outcome.potentials.push_back(bits(state.potentials(p)));
    outcome.currents.push_back(bits(state.currents(p)));
    std::uint64_t spikes = 0;
    for (const auto& units : raster.all()[p]) {
      spikes += units.size();
    }
    EXPECT_EQ(response.spikes[p], spikes);
  }
  return outcome;
}

}  // namespace homolog::test
