#include "conversion/spiking/signal_sources.hpp"

#include <algorithm>

namespace homolog::conversion {

bool SignalSources::all_spike(const Signal& signal) const {
  return std::all_of(signal.terms.begin(), signal.terms.end(), [&](const Term& term) {
    const sim::Role& role = network_->populations[term.source].role;
    return sim::is_spiking(role) && !sim::is_input(role);
  });
}

bool SignalSources::all_count_up(const Signal& signal) const {
  return all_spike(signal) && std::all_of(signal.terms.begin(), signal.terms.end(), [&](const Term& term) {
           return sim::is_rectified(network_->populations[term.source].role);
         });
}

bool SignalSources::is_analog(sim::PopulationId id) {
  if (const auto known = analog_.find(id); known != analog_.end()) {
    return known->second;
  }
  const sim::Role& role = network_->populations[id].role;
  const auto from_analog = [&](const sim::Projection& p) { return p.target == id && is_analog(p.source); };
  const bool analog = std::holds_alternative<sim::AnalogInput>(role) ||
                      (std::holds_alternative<sim::Relay>(role) &&
                       std::any_of(network_->projections.begin(), network_->projections.end(), from_analog));
  analog_[id] = analog;
  return analog;
}

bool SignalSources::any_analog(const Signal& signal) {
  return std::any_of(signal.terms.begin(), signal.terms.end(),
                     [&](const Term& term) { return is_analog(term.source); });
}

}  // namespace homolog::conversion
