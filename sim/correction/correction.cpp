#include "sim/correction/correction.hpp"

#include "sim/correction/offset_spikes.hpp"
#include "sim/correction/residual_potential.hpp"

namespace homolog::sim {

Registry<Correction> corrections() {
  Registry<Correction> corrections("correction");
  corrections.add("srp", "silences neurons whose potential ends low (Hao et al. 2023)", silence_low_residual);
  corrections.add("cos", "moves neurons that ended beyond 0 or the threshold by a spike (Hao et al. 2023)",
                  shift_by_offset_spike);
  return corrections;
}

std::vector<std::vector<float>> corrected_potentials(const Network& network, const Simulator::State& state,
                                                     const Correction& correction) {
  std::vector<std::vector<float>> corrected(network.populations.size());
  for (PopulationId id = 0; id < corrected.size(); ++id) {
    const Population& population = network.populations[id];
    const auto* neurons = std::get_if<Neurons>(&population.role);
    if (neurons == nullptr) {
      continue;
    }
    const auto& model = std::get<IntegrateAndFire>(neurons->model);
    std::vector<float> potentials = state.potentials(id);
    const PotentialExtremes extremes = state.extremes(id);
    for (std::size_t i = 0; i < potentials.size(); ++i) {
      const float initial = population.initial.empty() ? model.initial_potential() : population.initial[i];
      const PreparedUnit unit{.initial = initial / model.threshold,
                              .residual = potentials[i] / model.threshold,
                              .lowest_firing = extremes.lowest_firing[i] / model.threshold,
                              .highest_silent = extremes.highest_silent[i] / model.threshold};
      potentials[i] = correction(unit) * model.threshold;
    }
    corrected[id] = std::move(potentials);
  }
  return corrected;
}

}  // namespace homolog::sim
