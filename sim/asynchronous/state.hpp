#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/asynchronous/wiring.hpp"
#include "sim/engine/bits.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::sim {

/// What a unit emits in one event: 1 for a spike.
struct Emitted {
  UnitId unit = 0;
  float value = 1.0F;
};

/// Contributions of one event to the units of a population, summed unit by unit until drained. Draining costs
/// what was added, not the size of the population (but for one bit of each unit between the first and the
/// last).
class EventSums {
 public:
  /// For a population of so many units; 0 if it needs none.
  explicit EventSums(std::size_t units = 0);

  [[nodiscard]] bool empty() const noexcept { return first_word_ > last_word_; }
  void add(UnitId first, const float* weights, std::size_t count, float value);
  /// Calls visit(unit, sum) for every unit that was added to, ascending, and forgets all.
  template <class Visit>
  void drain(const Visit& visit);
  void clear();

  [[nodiscard]] static std::uint64_t bytes(std::size_t units);

 private:
  std::vector<float> sums_{};
  std::vector<std::uint64_t> touched_{};  ///< one bit per unit
  std::size_t first_word_ = 1;            ///< of touched_ that may have bits
  std::size_t last_word_ = 0;
};

/// Memory of one population during a presentation; of each role only what it needs.
struct AsynchronousPopulation {
  std::vector<float> current{};    ///< constant, per unit
  std::vector<float> v{};          ///< Neurons
  std::vector<Step> last_spike{};  ///< Neurons: 1 + step of the last spike, 0 before the first
  std::vector<UnitId>
      reached{};                ///< Neurons without a current or leak: those that the next tick must look at
  std::vector<UnitId> fired{};  ///< in this step, in the order of their spikes
  std::vector<std::vector<std::uint32_t>>
      counts{};                          ///< MaxGate: spikes per source unit, of every inbound route
  std::vector<std::uint32_t> largest{};  ///< MaxGate: of the counts in the window of each unit
  std::vector<double> sum{};             ///< Readout
  EventSums sums{};
  std::uint64_t contributions = 0;  ///< received in this presentation
};

/// A spike that waits to be handled, or, kept for projections with delay, what a relay emitted.
struct Event {
  PopulationId population = 0;
  std::uint32_t unit = 0;  ///< of a relay: index into EventLog::relayed
};

/// Everything that was emitted in a step, in this order. The part that is not handled yet is the queue.
struct EventLog {
  struct Range {
    std::size_t first = 0, count = 0;
  };
  std::vector<Event> events{};
  std::vector<Range> relayed{};  ///< of `values`: what each event of a relay carries
  std::vector<Emitted> values{};
  void clear() noexcept;
};

/// Memory of one thread.
struct AsynchronousMemory {
  explicit AsynchronousMemory(const Wiring& wiring);
  /// Everything as before the first step of a presentation of so many steps.
  void rest(const Wiring& wiring, Step steps);
  /// Bytes for `wiring`, but for relayed values that are under way.
  [[nodiscard]] static std::uint64_t bytes(const Wiring& wiring);

  std::vector<AsynchronousPopulation> populations{};
  std::vector<EventLog> logs{};       ///< a ring: of this step and of those that delays reach back to
  std::vector<std::size_t> agenda{};  ///< heap of the ranks of relays that have sums, smallest first
  std::vector<Emitted> signal{};      ///< what a relay passes on
  std::vector<UnitId> units{};        ///< of the input that spike in this step
  std::vector<std::pair<std::uint32_t, Event>> keyed{};  ///< the tick's events with their random words
  std::vector<PopulationCost> costs{};
};

template <class Visit>
void EventSums::drain(const Visit& visit) {
  const std::size_t first = first_word_;
  const std::size_t last = last_word_;
  first_word_ = 1;
  last_word_ = 0;
  for (std::size_t word = first; word <= last; ++word) {
    for (std::uint64_t rest = touched_[word]; rest != 0; rest &= rest - 1) {
      const std::size_t unit = word * kBitsPerWord + static_cast<std::size_t>(std::countr_zero(rest));
      const float sum = sums_[unit];
      sums_[unit] = 0.0F;
      visit(static_cast<UnitId>(unit), sum);
    }
    touched_[word] = 0;
  }
}

}  // namespace homolog::sim
