#pragma once

// The asynchronous definition (docs/semantics.md), executed literally: one queue, one event at a time, lists
// of synapses found by asking every pair of units. Shares nothing with sim/asynchronous.

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/network/network.hpp"
#include "tests/support/dense_simulator.hpp"

namespace homolog::test {

struct LiteralRun {
  std::vector<std::vector<std::vector<sim::UnitId>>> spikes{};  ///< [population][step], ascending
  std::vector<std::vector<float>> potentials{};                 ///< [population][unit], Neurons only
  std::vector<std::vector<float>> currents{};                   ///< [population][unit]
  std::vector<std::vector<double>>
      summed_input{};             ///< [population][unit]: all that reached it, neurons and readout
  std::vector<double> readout{};  ///< [step, unit in C,H,W order]
  std::uint64_t synaptic_operations = 0;
  std::uint64_t relayed_with_delay = 0;  ///< events of relays that arrived later
};

class LiteralAsynchronous {
 public:
  LiteralAsynchronous(const sim::Network& network, bool random_order)
      : network_(network), random_order_(random_order) {
    for (const sim::Projection& projection : network.projections) {
      std::vector<std::vector<std::pair<std::size_t, float>>> rows(units(projection.source));
      for (std::size_t source = 0; source < rows.size(); ++source) {
        for (std::size_t target = 0; target < units(projection.target); ++target) {
          const auto weight = std::visit(dense_detail::WeightOf{source, target}, projection.kernel);
          const auto scale = std::visit(dense_detail::ScaleOf{target}, projection.kernel);
          if (weight) {
            rows[source].emplace_back(target, scale ? *scale * *weight : *weight);
          }
        }
      }
      synapses_.push_back(std::move(rows));
    }
  }

  LiteralRun run(std::span<const float> stimulus, sim::Step steps, std::uint64_t seed, std::uint64_t image) {
    const std::size_t populations = network_.populations.size();
    result_ = {};
    result_.currents = DenseSimulator(network_).run(stimulus, 0, seed, image).currents;
    result_.spikes.assign(populations, std::vector<std::vector<sim::UnitId>>(steps));
    result_.potentials.resize(populations);
    units_.assign(populations, {});
    late_.clear();
    for (sim::PopulationId p = 0; p < populations; ++p) {
      units_[p].resize(units(p));
      result_.summed_input.emplace_back(units(p), 0.0);
      if (const auto* model = model_of(p)) {
        const std::vector<float>& initial = network_.populations[p].initial;
        for (std::size_t u = 0; u < units(p); ++u) {
          units_[p][u].v = std::visit([](const auto& m) { return m.initial * m.threshold; }, *model);
          if (!initial.empty()) {
            units_[p][u].v = initial[u];
          }
        }
      }
    }
    for (step_ = 0; step_ < steps; ++step_) {
      std::deque<Event> queue = tick(stimulus, seed, image);
      // What arrives late was emitted earlier, so it comes first.
      auto& late = late_[step_];
      std::stable_sort(late.begin(), late.end(),
                       [](const Late& a, const Late& b) { return a.delay > b.delay; });
      for (const Late& event : late) {
        result_.relayed_with_delay += is<sim::Relay>(event.population) ? 1U : 0U;
        handle(event.population, event.signal, event.delay, queue);
      }
      while (!queue.empty()) {
        const Event event = queue.front();
        queue.pop_front();
        handle(event.first, {{event.second, 1.0F}}, 0, queue);
      }
      finish_step();
    }
    for (sim::PopulationId p = 0; p < populations; ++p) {
      for (const Unit& unit : units_[p]) {
        if (model_of(p) != nullptr) {
          result_.potentials[p].push_back(unit.v);
        }
      }
    }
    return result_;
  }

 private:
  using Event = std::pair<sim::PopulationId, std::size_t>;  ///< population, unit
  using Signal = std::map<std::size_t, float>;              ///< unit, value
  struct Late {
    sim::PopulationId population;
    sim::Step delay;
    Signal signal;
  };
  struct Unit {
    float v = 0.0F;
    std::optional<sim::Step> last_spike{};
    std::uint32_t spikes = 0;
    std::map<std::pair<std::size_t, std::size_t>, std::uint32_t>
        counts{};  ///< gate: by projection and source unit
    double sum = 0.0;
  };

  [[nodiscard]] std::size_t units(sim::PopulationId p) const {
    return static_cast<std::size_t>(network_.populations[p].shape.size());
  }
  template <class Role>
  [[nodiscard]] bool is(sim::PopulationId p) const {
    return std::holds_alternative<Role>(network_.populations[p].role);
  }
  [[nodiscard]] const sim::Neuron* model_of(sim::PopulationId p) const {
    const auto* neurons = std::get_if<sim::Neurons>(&network_.populations[p].role);
    return neurons == nullptr ? nullptr : &neurons->model;
  }

  /// A spike: put at the end of the queue, and on its way over every delay that the population has.
  void emit(sim::PopulationId p, std::size_t unit, std::deque<Event>& queue) {
    queue.emplace_back(p, unit);
    result_.spikes[p][step_].push_back(static_cast<sim::UnitId>(unit));
    units_[p][unit].last_spike = step_;
    ++units_[p][unit].spikes;
    if (!ticking_) {
      send_late(p, {{unit, 1.0F}});
    }
  }
  void send_late(sim::PopulationId p, const Signal& signal) {
    std::map<sim::Step, bool> delays;
    for (const sim::Projection& projection : network_.projections) {
      if (projection.source == p && projection.delay > 0) {
        delays[projection.delay] = true;
      }
    }
    for (const auto& entry : delays) {
      late_[step_ + entry.first].push_back({p, entry.first, signal});
    }
  }

  std::deque<Event> tick(std::span<const float> stimulus, std::uint64_t seed, std::uint64_t image) {
    std::deque<Event> queue;
    ticking_ = true;
    for (sim::PopulationId p = 0; p < units_.size(); ++p) {
      for (std::size_t u = 0; u < units_[p].size(); ++u) {
        const auto number = static_cast<std::uint32_t>(u / 4);
        if (is<sim::PoissonInput>(p)) {
          const auto words = sim::philox({number, step_, static_cast<std::uint32_t>(image), p}, seed);
          if (sim::uniform(words[u % 4]) < stimulus[u]) {
            emit(p, u, queue);
          }
        } else if (is<sim::Readout>(p)) {
          units_[p][u].sum += static_cast<double>(result_.currents[p][u]);
        } else if (const auto* model = model_of(p); model != nullptr && !frozen(p, u)) {
          Unit& unit = units_[p][u];
          if (const auto* leaky = std::get_if<sim::LeakyIntegrateAndFire>(model)) {
            unit.v = unit.v * leaky->decay;
          }
          add(p, u, result_.currents[p][u], queue);
        }
      }
    }
    if (random_order_) {
      std::stable_sort(queue.begin(), queue.end(), [&](const Event& a, const Event& b) {
        return word(a, seed, image) < word(b, seed, image);
      });
    }
    ticking_ = false;
    for (const Event& event : queue) {
      send_late(event.first, {{event.second, 1.0F}});
    }
    return queue;
  }

  [[nodiscard]] std::uint32_t word(const Event& event, std::uint64_t seed, std::uint64_t image) const {
    const auto number = static_cast<std::uint32_t>(event.second / 4) + (1U << 31U);
    return sim::philox({number, step_, static_cast<std::uint32_t>(image), event.first},
                       seed)[event.second % 4];
  }

  [[nodiscard]] bool frozen(sim::PopulationId p, std::size_t u) const {
    const auto refractory = std::visit([](const auto& m) { return m.refractory; }, *model_of(p));
    const auto last = units_[p][u].last_spike;
    return last && *last < step_ && step_ - *last <= refractory;
  }

  /// A contribution, or the current of the tick.
  void add(sim::PopulationId p, std::size_t u, float input, std::deque<Event>& queue) {
    Unit& unit = units_[p][u];
    if (frozen(p, u)) {
      return;
    }
    result_.summed_input[p][u] += static_cast<double>(input);
    unit.v += input;
    float threshold = 0.0F;
    sim::Reset reset = sim::Reset::subtract;
    sim::visit_without_signs(*model_of(p), [&](const auto& m) {
      threshold = m.threshold;
      reset = m.reset;
    });
    if (unit.v >= threshold && unit.last_spike != step_) {
      unit.v = reset == sim::Reset::zero ? 0.0F : unit.v - threshold;
      emit(p, u, queue);
    }
  }

  /// One event: over the projections with `delay`, and through relays, population by population.
  void handle(sim::PopulationId from, const Signal& signal, sim::Step delay, std::deque<Event>& queue) {
    std::map<sim::PopulationId, Signal> reached;  // relays
    send(from, signal, delay, reached, queue);
    for (const sim::PopulationId p : sim::step_order(network_)) {
      Signal passed = reached[p];
      std::erase_if(passed, [](const auto& entry) { return entry.second == 0.0F; });
      if (!passed.empty()) {
        send_late(p, passed);
        send(p, passed, 0, reached, queue);
      }
    }
  }

  void send(sim::PopulationId from, const Signal& signal, sim::Step delay,
            std::map<sim::PopulationId, Signal>& reached, std::deque<Event>& queue) {
    for (std::size_t j = 0; j < network_.projections.size(); ++j) {
      const sim::Projection& projection = network_.projections[j];
      const sim::PopulationId to = projection.target;
      if (projection.source != from || projection.delay != delay) {
        continue;
      }
      Signal sums;
      for (const auto& [source, value] : signal) {
        for (const auto& [target, weight] : synapses_[j][source]) {
          ++result_.synaptic_operations;
          float& sum = is<sim::Relay>(to) ? reached[to][target] : sums[target];
          sum += weight * value;
          if (is<sim::MaxGate>(to)) {
            Unit& gate = units_[to][target];
            if (++gate.counts[{j, source}] > gate.spikes) {
              emit(to, target, queue);
            }
          }
        }
      }
      for (const auto& [target, sum] : sums) {
        if (model_of(to) != nullptr) {
          add(to, target, sum, queue);
        } else if (is<sim::Readout>(to)) {
          units_[to][target].sum += static_cast<double>(sum);
        }
      }
    }
  }

  void finish_step() {
    for (sim::PopulationId p = 0; p < units_.size(); ++p) {
      std::sort(result_.spikes[p][step_].begin(), result_.spikes[p][step_].end());
      const sim::Shape& shape = network_.populations[p].shape;
      for (std::size_t chw = 0; is<sim::Readout>(p) && chw < units(p); ++chw) {
        const auto hwc = sim::hwc_from_chw(shape, static_cast<sim::UnitId>(chw));
        result_.readout.push_back(units_[p][hwc].sum);
      }
    }
  }

  const sim::Network& network_;
  bool random_order_;
  std::vector<std::vector<std::vector<std::pair<std::size_t, float>>>>
      synapses_;  ///< [projection][source unit]
  LiteralRun result_{};
  std::vector<std::vector<Unit>> units_{};  ///< [population]
  std::map<sim::Step, std::vector<Late>> late_{};
  sim::Step step_ = 0;
  bool ticking_ = false;  ///< spikes are not in order yet
};

}  // namespace homolog::test
