#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/ceiling.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {

/// What one population cost per image: a row of `homolog run --profile`.
struct ProfileRow {
  std::string population{};
  sim::Shape shape{};
  std::uint64_t neurons = 0;         ///< units that can spike; 0 for an analog input, a relay, the readout
  double spikes = 0.0;               ///< emitted, per image
  double activity = 0.0;             ///< spikes per neuron and step; NaN without neurons
  double synaptic_operations = 0.0;  ///< received, per image
  double seconds = 0.0;              ///< of one thread, per image
  /// Of the convolution or dense kernel that carries most synapses into the population; "" without one.
  std::string weights{};  ///< float32 or int8
  std::int64_t row = 0;   ///< its output channels (of a group): the row of weights that a spike adds
  /// Synaptic operations per second of one core that does nothing but add such rows; NaN without weights.
  double ceiling = 0.0;

  /// Synaptic operations per second; NaN if no time was taken.
  [[nodiscard]] double rate() const;
  /// rate() / ceiling; NaN without weights.
  [[nodiscard]] double share() const { return rate() / ceiling; }
};

/// Measures a ceiling: sim::ceiling but for its duration.
using MeasureCeiling = std::function<double(sim::RowForm, std::size_t row)>;

/// One row per population, in the order of the network. `costs` are those of `images` >= 1 presentations of
/// `steps` steps. Each ceiling that is needed is measured once.
[[nodiscard]] std::vector<ProfileRow> profile(const sim::Network& network,
                                              std::span<const sim::PopulationCost> costs, std::int64_t images,
                                              std::int64_t steps, const MeasureCeiling& measure);

/// The rows as a table, and a last row of sums: its share is the time that all operations would take at their
/// ceilings over the time of all populations.
void print_profile(const std::vector<ProfileRow>& rows, std::ostream& out);

}  // namespace homolog::experiments
