#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/asynchronous/asynchronous_simulator.hpp"
#include "sim/asynchronous/state.hpp"
#include "sim/asynchronous/wiring.hpp"

namespace homolog::sim {

/// Presents one stimulus, event by event. `memory` must be at rest.
class EventLoop {
 public:
  EventLoop(const Wiring& wiring, EventOrder order, const Presentation& presentation,
            AsynchronousMemory& memory, Observer* observer, Response& response);

  void run();

 private:
  [[nodiscard]] EventLog& log(Step step) const { return memory_.logs[step % memory_.logs.size()]; }

  void set_currents();
  void tick();
  void tick(PopulationId id);
  template <class Model>
  void tick_neurons(PopulationId id, const Model& model);
  template <class Model>
  void tick_reached(PopulationId id, const Model& model);
  void draw_order(std::vector<Event>& events);
  void deliver_delayed();
  void handle(const DelayedRoutes& routes, std::span<const Emitted> signal);
  void pass_on(PopulationId relay);
  void deliver(const Route& route, std::span<const Emitted> signal);
  void receive_at_gate(const Route& route, UnitId unit);
  template <class Model>
  void receive(PopulationId id, const Model& model, UnitId first, const float* weights, std::size_t count,
               float value);
  template <class Model>
  void fire_once(PopulationId id, const Model& model, UnitId unit);
  void emit(PopulationId id, UnitId unit);
  void finish_step();

  const Wiring& wiring_;
  EventOrder order_;
  const Presentation& presentation_;
  AsynchronousMemory& memory_;
  Observer* observer_;
  Response& response_;
  std::vector<bool> wanted_;
  Step step_ = 0;
  EventLog* now_ = nullptr;  ///< of step_
};

}  // namespace homolog::sim
