#include "experiments/run/window_collector.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace homolog::experiments {

WindowCollector::WindowCollector(const sim::Network& network, std::vector<Wish> wishes, double window_ms)
    : network_(network),
      wishes_(std::move(wishes)),
      windows_(sim::windows_of(network)),
      window_ms_(window_ms),
      spikes_(network.populations.size()),
      counts_(network.populations.size()),
      first_shares_(network.populations.size()) {
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const auto units = static_cast<std::size_t>(network.populations[p].shape.size());
    counts_[p].resize(wishes_[p].counts ? units : 0U);
    first_shares_[p].resize(wishes_[p].first ? units : 0U, 1.0);
  }
}

void WindowCollector::clear() {
  for (TimedSpikes& spikes : spikes_) {
    spikes.times.clear();
    spikes.ids.clear();
  }
  for (std::vector<std::uint32_t>& counts : counts_) {
    std::fill(counts.begin(), counts.end(), 0U);
  }
  for (std::vector<double>& shares : first_shares_) {
    std::fill(shares.begin(), shares.end(), 1.0);
  }
  seconds_ = 0.0;
}

bool WindowCollector::wants(sim::PopulationId population) const {
  return wishes_[population].spikes || wishes_[population].counts || wishes_[population].first;
}

void WindowCollector::spikes(sim::PopulationId population, std::span<const sim::UnitId> units,
                             std::span<const double> times) {
  const auto start = std::chrono::steady_clock::now();
  if (wishes_[population].counts) {
    for (const sim::UnitId unit : units) {
      ++counts_[population][unit];
    }
  }
  if (wishes_[population].first) {
    std::vector<double>& shares = first_shares_[population];
    for (std::size_t i = 0; i < units.size(); ++i) {
      shares[units[i]] = std::min(shares[units[i]], times[i]);
    }
  }
  if (wishes_[population].spikes) {
    sort_spikes(population, units, times);
  }
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void WindowCollector::sort_spikes(sim::PopulationId population, std::span<const sim::UnitId> units,
                                  std::span<const double> times) {
  const sim::Shape& shape = network_.populations[population].shape;
  const auto window = static_cast<double>(windows_.of[population]);
  sorted_.clear();
  for (std::size_t i = 0; i < units.size(); ++i) {
    sorted_.push_back({.time = (window + times[i]) * window_ms_, .id = sim::chw_from_hwc(shape, units[i])});
  }
  std::sort(sorted_.begin(), sorted_.end());
  for (const Spike& spike : sorted_) {
    spikes_[population].times.push_back(spike.time);
    spikes_[population].ids.push_back(spike.id);
  }
}

}  // namespace homolog::experiments
