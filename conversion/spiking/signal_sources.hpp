#pragma once

#include <map>

#include "conversion/spiking/signal.hpp"
#include "sim/network/network.hpp"

namespace homolog::conversion {

/// What kind of populations signals come from, in a network that is still growing (and outlives this).
class SignalSources {
 public:
  explicit SignalSources(const sim::Network& network) : network_(&network) {}

  /// Whether all terms are spikes of neurons or gates.
  [[nodiscard]] bool all_spike(const Signal& signal) const;
  /// And of such whose net counts are never negative.
  [[nodiscard]] bool all_count_up(const Signal& signal) const;
  /// Whether the population is fed by the image alone and emits no spikes. Its projections must be there.
  [[nodiscard]] bool is_analog(sim::PopulationId id);
  /// Whether any term comes from such a population.
  [[nodiscard]] bool any_analog(const Signal& signal);

 private:
  const sim::Network* network_;
  std::map<sim::PopulationId, bool> analog_{};  ///< relays of relays reach the same sources on very many ways
};

}  // namespace homolog::conversion
