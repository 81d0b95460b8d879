#include "sim/asynchronous/event_loop.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "sim/core/random.hpp"
#include "sim/encoding/poisson.hpp"

namespace homolog::sim {
namespace {

/// Whether a unit drops its input in `step`: it fired in one of the `refractory` steps before.
bool is_frozen(Step last_spike, Step step, Step refractory) {
  return last_spike != 0 && last_spike <= step && step - last_spike < refractory;
}

/// Adds what one unit of `route` contributes, in `value`, to dense sums.
void add_constant(const Route& route, UnitId unit, float value, std::vector<float>& sums) {
  route.fan_out.for_each_row(unit, [&](UnitId first, const float* weights, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      sums[first + i] += weights[i] * value;
    }
  });
}

/// Calls visit(unit) in the order of summation of constants: column by column, from top to bottom.
template <class Visit>
void for_each_by_column(const Shape& shape, const Visit& visit) {
  for (std::int64_t x = 0; x < shape.width; ++x) {
    for (std::int64_t y = 0; y < shape.height; ++y) {
      for (std::int64_t c = 0; c < shape.channels; ++c) {
        visit(hwc_index(shape, c, y, x));
      }
    }
  }
}

/// The contributions of a signal over a route: receive(first unit, weights, count, value) for each row. Those
/// of several units to one target are summed first.
template <class Receive>
void for_each_contribution(const Route& route, std::span<const Emitted> signal, EventSums& sums,
                           std::uint64_t& contributions, const Receive& receive) {
  if (signal.size() == 1) {
    route.fan_out.for_each_row(signal[0].unit, [&](UnitId first, const float* weights, std::size_t count) {
      contributions += count;
      receive(first, weights, count, signal[0].value);
    });
    return;
  }
  for (const Emitted& emitted : signal) {
    route.fan_out.for_each_row(emitted.unit, [&](UnitId first, const float* weights, std::size_t count) {
      contributions += count;
      sums.add(first, weights, count, emitted.value);
    });
  }
  sums.drain([&](UnitId unit, float sum) { receive(unit, &sum, std::size_t{1}, 1.0F); });
}

/// Units that are asked together whether one of them has reached the threshold.
constexpr std::size_t kBlock = 32;

/// v += weights * value for a row; whether any unit is then at the threshold.
bool add_row(float* __restrict v, const float* __restrict weights, std::size_t count, float value,
             float threshold) {
  int reached = 0;
  for (std::size_t i = 0; i < count; ++i) {
    v[i] += weights[i] * value;
    reached |= static_cast<int>(!(v[i] < threshold));
  }
  return reached != 0;
}

}  // namespace

EventLoop::EventLoop(const Wiring& wiring, EventOrder order, const Presentation& presentation,
                     AsynchronousMemory& memory, Observer* observer, Response& response)
    : wiring_(wiring),
      order_(order),
      presentation_(presentation),
      memory_(memory),
      observer_(observer),
      response_(response),
      wanted_(wiring.populations.size(), false) {
  for (PopulationId id = 0; observer != nullptr && id < wanted_.size(); ++id) {
    wanted_[id] = is_spiking(wiring.populations[id].role) && observer->wants(id);
  }
}

void EventLoop::run() {
  set_currents();
  for (step_ = 0; step_ < presentation_.steps; ++step_) {
    now_ = &log(step_);
    now_->clear();
    tick();
    if (order_ == EventOrder::random) {
      draw_order(now_->events);
    }
    deliver_delayed();
    for (std::size_t next = 0; next < now_->events.size(); ++next) {
      const Event event = now_->events[next];
      const WiredPopulation& population = wiring_.populations[event.population];
      if (!population.is_relay() && !population.outbound.empty() && population.outbound.front().delay == 0) {
        const Emitted spike{.unit = event.unit};
        handle(population.outbound.front(), {&spike, 1});
      }
    }
    finish_step();
  }
  for (PopulationId id = 0; id < wiring_.populations.size(); ++id) {
    const std::uint64_t contributions = memory_.populations[id].contributions;
    response_.synaptic_operations += contributions;
    memory_.costs[id].synaptic_operations += contributions;
    memory_.costs[id].spikes += response_.spikes[id];
  }
}

void EventLoop::set_currents() {
  for (const PopulationId id : wiring_.constant_order) {
    const WiredPopulation& population = wiring_.populations[id];
    std::vector<float>& current = memory_.populations[id].current;
    std::fill(current.begin(), current.end(), 0.0F);
    for (const std::size_t index : population.constants) {
      const Route& route = wiring_.routes[index];
      const WiredPopulation& source = wiring_.populations[route.source];
      const std::span<const float> values =
          source.is_analog_input() ? presentation_.values
                                   : std::span<const float>(memory_.populations[route.source].current);
      for_each_by_column(source.shape, [&](UnitId unit) {
        if (values[unit] != 0.0F) {
          add_constant(route, unit, values[unit], current);
        }
      });
    }
    for (std::size_t unit = 0; unit < population.current.size(); ++unit) {
      current[unit] += population.current[unit];
    }
  }
}

/// What a step begins with, by population and unit: leak, constant currents, the input's spikes.
void EventLoop::tick() {
  for (PopulationId id = 0; id < wiring_.populations.size(); ++id) {
    tick(id);
  }
}

void EventLoop::tick(PopulationId id) {
  const WiredPopulation& population = wiring_.populations[id];
  AsynchronousPopulation& memory = memory_.populations[id];
  if (std::holds_alternative<PoissonInput>(population.role)) {
    poisson_spikes(presentation_.values, presentation_.seed, presentation_.image, id, step_, memory_.units);
    for (const UnitId unit : memory_.units) {
      emit(id, unit);
    }
  } else if (std::holds_alternative<Readout>(population.role)) {
    for (std::size_t unit = 0; unit < memory.current.size(); ++unit) {
      memory.sum[unit] += double{memory.current[unit]};
    }
  } else if (const auto* neurons = std::get_if<Neurons>(&population.role)) {
    visit_without_signs(neurons->model, [&](const auto& model) { tick_neurons(id, model); });
  }
}

template <class Model>
void EventLoop::tick_neurons(PopulationId id, const Model& model) {
  AsynchronousPopulation& memory = memory_.populations[id];
  if (!wiring_.populations[id].ticks_every_unit()) {
    tick_reached(id, model);
  } else if constexpr (std::is_same_v<Model, IntegrateAndFire>) {
    receive(id, model, 0, memory.current.data(), memory.current.size(), 1.0F);
  } else {
    for (std::size_t unit = 0; unit < memory.v.size(); ++unit) {
      if (is_frozen(memory.last_spike[unit], step_, model.refractory)) {
        continue;
      }
      model.integrate(memory.v[unit], memory.current.empty() ? 0.0F : memory.current[unit]);
      if (!(memory.v[unit] < model.threshold)) {
        fire_once(id, model, static_cast<UnitId>(unit));
      }
    }
  }
}

/// Neurons without current and leak: only one that fired before, or began so, can be at the threshold.
template <class Model>
void EventLoop::tick_reached(PopulationId id, const Model& model) {
  AsynchronousPopulation& memory = memory_.populations[id];
  std::sort(memory.reached.begin(), memory.reached.end());
  std::size_t kept = 0;
  for (const UnitId unit : memory.reached) {
    if (is_frozen(memory.last_spike[unit], step_, model.refractory)) {
      memory.reached[kept++] = unit;
    } else if (!(memory.v[unit] < model.threshold)) {
      fire_once(id, model, unit);
    }
  }
  memory.reached.resize(kept);
}

/// Random order of the tick's events: ascending by a random word that each unit has in each step. The words
/// are others than those of Poisson input, whose counters begin with a number below 2^30.
void EventLoop::draw_order(std::vector<Event>& events) {
  constexpr std::uint32_t kPurpose = 0x80000000U;
  std::vector<std::pair<std::uint32_t, Event>>& keyed = memory_.keyed;
  keyed.clear();
  for (const Event& event : events) {
    const auto words = philox(
        {kPurpose | event.unit / 4, step_, static_cast<std::uint32_t>(presentation_.image), event.population},
        presentation_.seed);
    keyed.emplace_back(words[event.unit % 4], event);
  }
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.population, a.second.unit) <
           std::tie(b.first, b.second.population, b.second.unit);
  });
  std::transform(keyed.begin(), keyed.end(), events.begin(), [](const auto& entry) { return entry.second; });
}

/// What was emitted earlier and arrives in this step, in the order in which it was emitted.
void EventLoop::deliver_delayed() {
  for (const Step delay : wiring_.delays) {
    if (delay > step_) {
      continue;
    }
    const EventLog& then = log(step_ - delay);
    for (const Event& event : then.events) {
      const DelayedRoutes* routes = wiring_.populations[event.population].outbound_after(delay);
      if (routes == nullptr) {
        continue;
      }
      if (wiring_.populations[event.population].is_relay()) {
        const EventLog::Range& range = then.relayed[event.unit];
        handle(*routes, std::span(then.values).subspan(range.first, range.count));
      } else {
        const Emitted spike{.unit = event.unit};
        handle(*routes, {&spike, 1});
      }
    }
  }
}

/// One event: the contributions of a signal over the given projections, and on through relays.
void EventLoop::handle(const DelayedRoutes& routes, std::span<const Emitted> signal) {
  for (const std::size_t route : routes.routes) {
    deliver(wiring_.routes[route], signal);
  }
  while (!memory_.agenda.empty()) {
    std::pop_heap(memory_.agenda.begin(), memory_.agenda.end(), std::greater<>());
    const PopulationId relay = wiring_.step_order[memory_.agenda.back()];
    memory_.agenda.pop_back();
    pass_on(relay);
  }
}

/// What this event gave to a relay goes on at once over its projections without delay, and is kept for the
/// others.
void EventLoop::pass_on(PopulationId relay) {
  std::vector<Emitted>& signal = memory_.signal;
  signal.clear();
  memory_.populations[relay].sums.drain([&](UnitId unit, float sum) {
    if (sum != 0.0F) {
      signal.push_back({.unit = unit, .value = sum});
    }
  });
  const std::vector<DelayedRoutes>& outbound = wiring_.populations[relay].outbound;
  if (signal.empty() || outbound.empty()) {
    return;
  }
  if (outbound.back().delay > 0) {
    EventLog& now = *now_;
    now.events.push_back({.population = relay, .unit = static_cast<std::uint32_t>(now.relayed.size())});
    now.relayed.push_back({.first = now.values.size(), .count = signal.size()});
    now.values.insert(now.values.end(), signal.begin(), signal.end());
  }
  if (outbound.front().delay == 0) {
    for (const std::size_t route : outbound.front().routes) {
      deliver(wiring_.routes[route], signal);
    }
  }
}

void EventLoop::deliver(const Route& route, std::span<const Emitted> signal) {
  const WiredPopulation& target = wiring_.populations[route.target];
  AsynchronousPopulation& memory = memory_.populations[route.target];
  if (const auto* neurons = std::get_if<Neurons>(&target.role)) {
    visit_without_signs(neurons->model, [&](const auto& model) {
      for_each_contribution(route, signal, memory.sums, memory.contributions,
                            [&](UnitId first, const float* weights, std::size_t count, float value) {
                              receive(route.target, model, first, weights, count, value);
                            });
    });
  } else if (std::holds_alternative<Readout>(target.role)) {
    for_each_contribution(route, signal, memory.sums, memory.contributions,
                          [&](UnitId first, const float* weights, std::size_t count, float value) {
                            for (std::size_t i = 0; i < count; ++i) {
                              const float contribution = weights[i] * value;
                              memory.sum[first + i] += double{contribution};
                            }
                          });
  } else if (target.is_relay()) {
    const bool waits = !memory.sums.empty();
    for (const Emitted& emitted : signal) {
      route.fan_out.for_each_row(emitted.unit, [&](UnitId first, const float* weights, std::size_t count) {
        memory.contributions += count;
        memory.sums.add(first, weights, count, emitted.value);
      });
    }
    if (!waits && !memory.sums.empty()) {
      memory_.agenda.push_back(target.rank);
      std::push_heap(memory_.agenda.begin(), memory_.agenda.end(), std::greater<>());
    }
  } else {
    receive_at_gate(route, signal[0].unit);
  }
}

/// A gate is fed by spikes alone, one at a time.
void EventLoop::receive_at_gate(const Route& route, UnitId unit) {
  AsynchronousPopulation& gate = memory_.populations[route.target];
  const std::uint32_t count = ++gate.counts[route.counts][unit];
  route.fan_out.for_each_row(unit, [&](UnitId window, const float* /*weight*/, std::size_t /*one*/) {
    ++gate.contributions;
    if (count > gate.largest[window]) {
      gate.largest[window] = count;
      emit(route.target, window);
    }
  });
}

template <class Model>
void EventLoop::receive(PopulationId id, const Model& model, UnitId first, const float* weights,
                        std::size_t count, float value) {
  AsynchronousPopulation& memory = memory_.populations[id];
  if (model.refractory == 0) {
    for (std::size_t done = 0; done < count; done += kBlock) {
      const std::size_t begin = first + done;
      const std::size_t end = begin + std::min(kBlock, count - done);
      if (!add_row(memory.v.data() + begin, weights + done, end - begin, value, model.threshold)) {
        continue;
      }
      for (std::size_t unit = begin; unit < end; ++unit) {
        if (!(memory.v[unit] < model.threshold)) {
          fire_once(id, model, static_cast<UnitId>(unit));
        }
      }
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t unit = first + i;
    if (is_frozen(memory.last_spike[unit], step_, model.refractory)) {
      continue;
    }
    memory.v[unit] += weights[i] * value;
    if (!(memory.v[unit] < model.threshold)) {
      fire_once(id, model, static_cast<UnitId>(unit));
    }
  }
}

/// A unit at the threshold fires, unless it has fired in this step: then it keeps its charge.
template <class Model>
void EventLoop::fire_once(PopulationId id, const Model& model, UnitId unit) {
  AsynchronousPopulation& memory = memory_.populations[id];
  if (memory.last_spike[unit] != step_ + 1 && model.fires(memory.v[unit])) {
    memory.last_spike[unit] = step_ + 1;
    emit(id, unit);
  }
}

void EventLoop::emit(PopulationId id, UnitId unit) {
  memory_.populations[id].fired.push_back(unit);
  now_->events.push_back({.population = id, .unit = unit});
}

void EventLoop::finish_step() {
  for (PopulationId id = 0; id < wiring_.populations.size(); ++id) {
    const WiredPopulation& population = wiring_.populations[id];
    AsynchronousPopulation& memory = memory_.populations[id];
    if (std::holds_alternative<Readout>(population.role)) {
      double* sums = response_.readout.data() + std::size_t{step_} * population.units();
      for (UnitId unit = 0; unit < population.units(); ++unit) {
        sums[chw_from_hwc(population.shape, unit)] = memory.sum[unit];
      }
    }
    if (memory.fired.empty()) {
      continue;
    }
    response_.spikes[id] += memory.fired.size();
    if (std::holds_alternative<Neurons>(population.role) && !population.ticks_every_unit()) {
      memory.reached.insert(memory.reached.end(), memory.fired.begin(), memory.fired.end());
    }
    if (wanted_[id]) {
      std::sort(memory.fired.begin(), memory.fired.end());
      observer_->spikes(id, step_, memory.fired);
    }
    memory.fired.clear();
  }
}

}  // namespace homolog::sim
