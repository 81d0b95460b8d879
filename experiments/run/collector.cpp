#include "experiments/run/collector.hpp"

#include <algorithm>
#include <chrono>

namespace homolog::experiments {

Collector::Collector(const sim::Network& network, const std::vector<Wish>& wishes, sim::Step steps)
    : packers_(network.populations.size()),
      negative_packers_(network.populations.size()),
      counts_(network.populations.size()),
      worths_(network.populations.size()),
      first_steps_(network.populations.size()),
      trains_(network.populations.size()),
      steps_(steps),
      phases_(network.phases) {
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const sim::Shape& shape = network.populations[p].shape;
    if (wishes[p].spikes) {
      packers_[p].emplace(shape, steps);
    }
    if (wishes[p].negative) {
      negative_packers_[p].emplace(shape, steps);
    }
    counts_[p].resize(wishes[p].counts ? static_cast<std::size_t>(shape.size()) : 0U);
    worths_[p].resize(wishes[p].worths ? static_cast<std::size_t>(shape.size()) : 0U);
    first_steps_[p].resize(wishes[p].first ? static_cast<std::size_t>(shape.size()) : 0U, steps);
    trains_[p].resize(wishes[p].trains ? static_cast<std::size_t>(shape.size() * SpikeTrains::words(steps))
                                       : 0U);
  }
}

void Collector::clear() {
  for (auto* packers : {&packers_, &negative_packers_}) {
    for (std::optional<SpikePacker>& packer : *packers) {
      if (packer) {
        packer->clear();
      }
    }
  }
  for (std::vector<std::uint32_t>& counts : counts_) {
    std::fill(counts.begin(), counts.end(), 0U);
  }
  for (std::vector<float>& worths : worths_) {
    std::fill(worths.begin(), worths.end(), 0.0F);
  }
  for (std::vector<std::uint32_t>& first : first_steps_) {
    std::fill(first.begin(), first.end(), steps_);
  }
  for (std::vector<std::uint64_t>& trains : trains_) {
    std::fill(trains.begin(), trains.end(), 0U);
  }
  first_step_ = 0;
  seconds_ = 0.0;
}

bool Collector::wants(sim::PopulationId population) const {
  return packers_[population].has_value() || negative_packers_[population].has_value() ||
         !counts_[population].empty() || !worths_[population].empty() || !first_steps_[population].empty() ||
         !trains_[population].empty();
}

void Collector::spikes(sim::PopulationId population, sim::Step step, std::span<const sim::UnitId> units) {
  const auto start = std::chrono::steady_clock::now();
  if (std::uint32_t* const counts = counts_[population].data(); !counts_[population].empty()) {
    for (const sim::UnitId unit : units) {
      ++counts[unit];
    }
  }
  if (float* const worths = worths_[population].data(); !worths_[population].empty()) {
    const float worth = sim::worth(step, phases_);
    for (const sim::UnitId unit : units) {
      worths[unit] += worth;
    }
  }
  if (std::uint32_t* const first = first_steps_[population].data(); !first_steps_[population].empty()) {
    for (const sim::UnitId unit : units) {
      first[unit] = std::min(first[unit], first_step_ + step);
    }
  }
  if (!trains_[population].empty()) {
    const auto words = static_cast<std::size_t>(SpikeTrains::words(steps_));
    const std::uint32_t now = first_step_ + step;
    std::uint64_t* const word = trains_[population].data() + now / 64U;
    for (const sim::UnitId unit : units) {
      word[unit * words] |= std::uint64_t{1} << (now % 64U);
    }
  }
  if (packers_[population]) {
    packers_[population]->add(first_step_ + step, units);
  }
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void Collector::negative_spikes(sim::PopulationId population, sim::Step step,
                                std::span<const sim::UnitId> units) {
  const auto start = std::chrono::steady_clock::now();
  if (std::uint32_t* const counts = counts_[population].data(); !counts_[population].empty()) {
    for (const sim::UnitId unit : units) {
      --counts[unit];  // below 0, modulo 2^32, only where neurons are not rectified
    }
  }
  if (negative_packers_[population]) {
    negative_packers_[population]->add(first_step_ + step, units);
  }
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace homolog::experiments
