#include "sim/asynchronous/state.hpp"

#include <algorithm>
#include <limits>

namespace homolog::sim {
namespace {

AsynchronousPopulation make_population(const WiredPopulation& wired) {
  AsynchronousPopulation population;
  population.current.resize(wired.has_current() ? wired.units() : 0);
  if (std::holds_alternative<Neurons>(wired.role)) {
    population.v.resize(wired.units());
    population.last_spike.resize(wired.units());
  }
  if (std::holds_alternative<MaxGate>(wired.role)) {
    for (const std::size_t units : wired.count_sizes) {
      population.counts.emplace_back(units);
    }
    population.largest.resize(wired.units());
  }
  population.sum.resize(std::holds_alternative<Readout>(wired.role) ? wired.units() : 0);
  population.sums = EventSums(wired.sums_events ? wired.units() : 0);
  return population;
}

std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

}  // namespace

EventSums::EventSums(std::size_t units) : sums_(units, 0.0F), touched_(words_for(units), 0) {}

void EventSums::add(UnitId first, const float* weights, std::size_t count, float value) {
  float* sums = sums_.data() + first;
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] += weights[i] * value;
  }
  const std::size_t last = first + count - 1;
  if (empty()) {
    first_word_ = first / kBitsPerWord;
    last_word_ = last / kBitsPerWord;
  } else {
    first_word_ = std::min(first_word_, first / kBitsPerWord);
    last_word_ = std::max(last_word_, last / kBitsPerWord);
  }
  for (std::size_t done = 0; done < count; done += kBitsPerWord) {
    set_bits(touched_.data(), first + done, low_bits(std::min(count - done, kBitsPerWord)));
  }
}

void EventSums::clear() {
  std::fill(sums_.begin(), sums_.end(), 0.0F);
  std::fill(touched_.begin(), touched_.end(), 0U);
  first_word_ = 1;
  last_word_ = 0;
}

std::uint64_t EventSums::bytes(std::size_t units) {
  return units * sizeof(float) + words_for(units) * sizeof(std::uint64_t);
}

void EventLog::clear() noexcept {
  events.clear();
  relayed.clear();
  values.clear();
}

AsynchronousMemory::AsynchronousMemory(const Wiring& wiring) : costs(wiring.populations.size()) {
  for (const WiredPopulation& wired : wiring.populations) {
    populations.push_back(make_population(wired));
  }
}

void AsynchronousMemory::rest(const Wiring& wiring, Step steps) {
  for (PopulationId id = 0; id < populations.size(); ++id) {
    const WiredPopulation& wired = wiring.populations[id];
    AsynchronousPopulation& population = populations[id];
    std::copy(wired.initial.begin(), wired.initial.end(), population.v.begin());
    std::fill(population.last_spike.begin(), population.last_spike.end(), Step{0});
    population.reached.clear();
    population.fired.clear();
    for (auto& counts : population.counts) {
      std::fill(counts.begin(), counts.end(), 0U);
    }
    std::fill(population.largest.begin(), population.largest.end(), 0U);
    std::fill(population.sum.begin(), population.sum.end(), 0.0);
    population.sums.clear();
    population.contributions = 0;
    if (const auto* neurons = std::get_if<Neurons>(&wired.role)) {
      const float threshold = std::visit([](const auto& model) { return model.threshold; }, neurons->model);
      for (UnitId unit = 0; !wired.ticks_every_unit() && unit < wired.units(); ++unit) {
        if (!(population.v[unit] < threshold)) {
          population.reached.push_back(unit);
        }
      }
    }
  }
  const Step longest = wiring.delays.empty() ? 0 : wiring.delays.front();
  logs.resize(std::size_t{std::min(longest, steps == 0 ? 0 : steps - 1)} + 1);
  for (EventLog& log : logs) {
    log.clear();
  }
  agenda.clear();
}

std::uint64_t AsynchronousMemory::bytes(const Wiring& wiring) {
  std::uint64_t bytes = 0;
  std::uint64_t spiking_units = 0;
  for (const WiredPopulation& wired : wiring.populations) {
    const std::uint64_t units = wired.units();
    bytes += sizeof(AsynchronousPopulation) + (wired.has_current() ? units * sizeof(float) : 0);
    if (std::holds_alternative<Neurons>(wired.role)) {
      bytes += units * (sizeof(float) + sizeof(Step));
    }
    if (is_spiking(wired.role)) {
      bytes += units * (sizeof(UnitId) * (wired.ticks_every_unit() ? 1 : 2));
      spiking_units += units;
    }
    if (std::holds_alternative<MaxGate>(wired.role)) {
      bytes += units * sizeof(std::uint32_t);
      for (const std::size_t source_units : wired.count_sizes) {
        bytes += source_units * sizeof(std::uint32_t);
      }
    }
    bytes += std::holds_alternative<Readout>(wired.role) ? units * sizeof(double) : 0;
    bytes += wired.sums_events ? EventSums::bytes(wired.units()) : 0;
  }
  const std::uint64_t logs = wiring.delays.empty() ? 1 : std::uint64_t{wiring.delays.front()} + 1;
  return saturating_sum(bytes, saturating_product(logs, spiking_units * sizeof(Event)));
}

}  // namespace homolog::sim
