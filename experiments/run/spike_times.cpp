#include "experiments/run/spike_times.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <variant>

#include "experiments/run/presenter.hpp"

namespace homolog::experiments {

std::vector<float> ranks_of_times(std::span<const double> times) {
  std::vector<std::uint32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return times[a] != times[b] ? times[a] < times[b] : a < b;
  });
  std::vector<float> ranks(times.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && times[order[last]] == times[order[first]]) {
      ++last;
    }
    const auto rank = static_cast<float>(0.5 * static_cast<double>(first + 1 + last));
    for (; first < last; ++first) {
      ranks[order[first]] = rank;
    }
  }
  return ranks;
}

bool needs_neurons(const std::string& code) {
  return code == "first_spike" || code == "rank" || code == "membrane" || code == "spikes";
}

std::string why_not(const conversion::Twin& twin, const Experiment::Spiking& spiking,
                    const RepresentationKey& key) {
  if (!needs_neurons(key.code)) {
    return "";
  }
  const auto population = layer_named(twin, key.layer).population;
  if (!population) {
    return "it has no neurons of its own";
  }
  const sim::Role& role = twin.network.populations[*population].role;
  if (std::holds_alternative<sim::Relay>(role) || std::holds_alternative<sim::AnalogInput>(role)) {
    return "its units do not spike";
  }
  if (spiking.windows && (key.code == "membrane" || key.code == "spikes")) {
    return "code " + spiking.code + " works in windows, not in steps";
  }
  if (key.code == "membrane") {
    return std::holds_alternative<sim::Neurons>(role) ? "" : "its units have no membrane potential";
  }
  if (sim::is_signed(role)) {
    return "its spikes have signs";
  }
  return spiking.correction.steps > 0 ? "a correction begins its spike trains anew" : "";
}

}  // namespace homolog::experiments
