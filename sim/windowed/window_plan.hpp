#pragma once

#include <tbb/task_arena.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/emission.hpp"
#include "sim/engine/prepared_network.hpp"
#include "sim/engine/state.hpp"
#include "sim/windowed/max_values.hpp"

namespace homolog::sim {

/// A network of window neurons ready to run.
struct WindowPlan {
  PreparedNetwork network{};
  std::vector<PopulationId> order{};            ///< sources before targets
  std::vector<std::string> names{};             ///< per population
  std::vector<std::vector<MaxValues>> pools{};  ///< per population, one per inbound projection of a gate
  /// The code that a population speaks: a gate that of its sources; none where it does not spike.
  std::vector<std::optional<WindowNeuron>> code{};
  std::vector<RankWorth> rank_worth{};  ///< per population; see Population
  /// Synapses that leave each unit, of populations whose units may fire more than once; else empty.
  std::vector<std::vector<std::uint32_t>> fan_out{};
};

/// `network` must be one of window neurons. Throws Error(internal) if the sources of a gate speak different
/// codes.
[[nodiscard]] WindowPlan plan_windows(const Network& network);

/// Memory for one presentation at a time.
struct WindowMemory {
  WindowMemory(const WindowPlan& plan, int threads);
  [[nodiscard]] static std::uint64_t bytes(const WindowPlan& plan);

  /// What the targets of a population read.
  [[nodiscard]] const Emission& read(PopulationId id) const noexcept {
    return ranked[id].graded() ? ranked[id] : emissions[id];
  }

  std::vector<Emission> emissions{};  ///< per population, of one slot: values, and where there are any
  std::vector<Emission> ranked{};     ///< what targets read where that goes by rank
  std::vector<std::uint64_t> order{};
  std::vector<Worker> workers{};
  std::unique_ptr<tbb::task_arena> arena{};
  std::vector<PopulationCost> costs{};
  std::vector<UnitId> units{};  ///< for the observer
  std::vector<double> times{};
};

/// Units of a row of the map.
[[nodiscard]] inline std::size_t row_units(const PreparedPopulation& population) noexcept {
  return static_cast<std::size_t>(population.shape.width * population.shape.channels);
}

}  // namespace homolog::sim
