#pragma once

#include <span>
#include <utility>

#include "conversion/spiking/refit_weights.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::conversion {

/// Mean emissions of the populations that a refit reads, from one presentation.
class EmissionCounter : public sim::Observer {
 public:
  EmissionCounter(const sim::Network& network, const WeightRefit& refit, std::span<const float> values,
                  sim::Step steps)
      : network_(&network),
        refit_(&refit),
        emissions_(network.populations.size()),
        share_(1.0F / static_cast<float>(steps)) {
    for (sim::PopulationId p = 0; p < emissions_.size(); ++p) {
      const sim::Population& population = network.populations[p];
      if (std::holds_alternative<sim::AnalogInput>(population.role)) {
        emissions_[p].assign(values.begin(), values.end());
      } else if (sim::is_spiking(population.role) && refit.reads(p)) {
        emissions_[p].assign(static_cast<std::size_t>(population.shape.size()), 0.0F);
      }
    }
  }
  [[nodiscard]] bool wants(sim::PopulationId population) const override { return refit_->reads(population); }
  void spikes(sim::PopulationId population, sim::Step /*step*/, std::span<const sim::UnitId> units) override {
    for (const sim::UnitId unit : units) {
      emissions_[population][unit] += 1.0F;
    }
  }
  void negative_spikes(sim::PopulationId population, sim::Step /*step*/,
                       std::span<const sim::UnitId> units) override {
    for (const sim::UnitId unit : units) {
      emissions_[population][unit] -= 1.0F;
    }
  }
  /// After the presentation.
  MeanEmissions take() {
    for (sim::PopulationId p = 0; p < emissions_.size(); ++p) {
      if (sim::is_spiking(network_->populations[p].role)) {
        for (float& count : emissions_[p]) {
          count *= share_;
        }
      }
    }
    add_relays(*network_, static_cast<sim::PopulationId>(emissions_.size() - 1), emissions_);
    return std::move(emissions_);
  }

 private:
  const sim::Network* network_;
  const WeightRefit* refit_;
  MeanEmissions emissions_;
  float share_;
};

}  // namespace homolog::conversion
