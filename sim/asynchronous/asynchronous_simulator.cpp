#include "sim/asynchronous/asynchronous_simulator.hpp"

#include <string>
#include <utility>

#include "sim/asynchronous/event_loop.hpp"
#include "sim/asynchronous/state.hpp"
#include "sim/asynchronous/wiring.hpp"
#include "sim/core/error.hpp"

namespace homolog::sim {

struct AsynchronousSimulator::Impl {
  Wiring wiring;
  EventOrder order = EventOrder::unit;
};

struct AsynchronousSimulator::State::Impl {
  const AsynchronousSimulator::Impl* owner = nullptr;
  AsynchronousMemory memory;
};

AsynchronousSimulator::State::State(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AsynchronousSimulator::State::State(State&&) noexcept = default;
AsynchronousSimulator::State& AsynchronousSimulator::State::operator=(State&&) noexcept = default;
AsynchronousSimulator::State::~State() = default;

std::vector<float> AsynchronousSimulator::State::potentials(PopulationId population) const {
  return impl_->memory.populations.at(population).v;
}

std::vector<float> AsynchronousSimulator::State::currents(PopulationId population) const {
  return impl_->memory.populations.at(population).current;
}

std::span<const PopulationCost> AsynchronousSimulator::State::costs() const {
  return impl_->memory.costs;
}

AsynchronousSimulator::AsynchronousSimulator(const Network& network, EventOrder order)
    : impl_(std::make_unique<Impl>(Impl{.wiring = wire(network), .order = order})) {
  if (is_windowed(network)) {
    throw Error(ErrorKind::internal, "a network of window neurons has no steps; use WindowedSimulator");
  }
  for (const Population& population : network.populations) {
    if (is_signed(population.role)) {
      throw Error(ErrorKind::internal, "population '" + population.name +
                                           "' has spikes with signs, which asynchronous events do not have");
    }
  }
}
AsynchronousSimulator::AsynchronousSimulator(AsynchronousSimulator&&) noexcept = default;
AsynchronousSimulator::~AsynchronousSimulator() = default;

AsynchronousSimulator::State AsynchronousSimulator::make_state(int /*threads*/) const {
  return State(std::make_unique<State::Impl>(
      State::Impl{.owner = impl_.get(), .memory = AsynchronousMemory(impl_->wiring)}));
}

std::uint64_t AsynchronousSimulator::state_bytes() const {
  return AsynchronousMemory::bytes(impl_->wiring);
}

Response AsynchronousSimulator::run(State& state, const Presentation& presentation,
                                    Observer* observer) const {
  const Wiring& wiring = impl_->wiring;
  if (state.impl_ == nullptr || state.impl_->owner != impl_.get()) {
    throw Error(ErrorKind::internal, "a simulator was given the state of another one");
  }
  if (presentation.values.size() != wiring.populations[wiring.input].units()) {
    throw Error(ErrorKind::internal, std::to_string(presentation.values.size()) +
                                         " stimulus values given; the input has " +
                                         std::to_string(wiring.populations[wiring.input].units()) + " units");
  }
  if (!presentation.initial.empty() || presentation.keeps_extremes || presentation.earlier_steps > 0) {
    throw Error(ErrorKind::internal, "asynchronous presentations begin with the network's potentials");
  }
  if (!presentation.replayed.empty() || !presentation.read_at.empty()) {
    throw Error(ErrorKind::internal, "asynchronous presentations replay no spikes and read all positions");
  }
  state.impl_->memory.rest(wiring, presentation.steps);
  Response response;
  response.spikes.resize(wiring.populations.size());
  for (const WiredPopulation& population : wiring.populations) {
    if (std::holds_alternative<Readout>(population.role)) {
      response.readout.resize(std::size_t{presentation.steps} * population.units());
    }
  }
  EventLoop(wiring, impl_->order, presentation, state.impl_->memory, observer, response).run();
  return response;
}

}  // namespace homolog::sim
