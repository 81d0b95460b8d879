#include "sim/windowed/windowed_simulator.hpp"

#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/windowed/present_windows.hpp"
#include "sim/windowed/window_plan.hpp"

namespace homolog::sim {

struct WindowedSimulator::Impl {
  WindowPlan plan;
};

struct WindowedSimulator::State::Impl {
  const WindowedSimulator::Impl* owner = nullptr;
  WindowMemory memory;
};

WindowedSimulator::State::State(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WindowedSimulator::State::State(State&&) noexcept = default;
WindowedSimulator::State& WindowedSimulator::State::operator=(State&&) noexcept = default;
WindowedSimulator::State::~State() = default;

std::vector<float> WindowedSimulator::State::values(PopulationId id) const {
  const PreparedPopulation& population = impl_->owner->plan.network.populations.at(id);
  const Emission& emission = impl_->memory.read(id);
  std::vector<float> values;
  for (std::size_t y = 0; emission.graded() && y < population.height(); ++y) {
    const float* row = emission.values(0, y);
    values.insert(values.end(), row, row + row_units(population));
  }
  return values;
}

std::span<const PopulationCost> WindowedSimulator::State::costs() const {
  return impl_->memory.costs;
}

WindowedSimulator::WindowedSimulator(const Network& network) {
  validate(network);
  if (!is_windowed(network)) {
    throw Error(ErrorKind::internal, "a network that works in steps has no windows; use Simulator");
  }
  impl_ = std::make_unique<Impl>(Impl{.plan = plan_windows(network)});
}
WindowedSimulator::WindowedSimulator(WindowedSimulator&&) noexcept = default;
WindowedSimulator::~WindowedSimulator() = default;

WindowedSimulator::State WindowedSimulator::make_state(int threads) const {
  return State(std::make_unique<State::Impl>(
      State::Impl{.owner = impl_.get(), .memory = WindowMemory(impl_->plan, threads)}));
}

std::uint64_t WindowedSimulator::state_bytes() const {
  return WindowMemory::bytes(impl_->plan);
}

WindowedResponse WindowedSimulator::run(State& state, std::span<const float> values,
                                        WindowObserver* observer) const {
  if (state.impl_ == nullptr || state.impl_->owner != impl_.get()) {
    throw Error(ErrorKind::internal, "a simulator was given the state of another one");
  }
  const PreparedNetwork& network = impl_->plan.network;
  if (values.size() != network.populations[network.input].units()) {
    throw Error(ErrorKind::internal,
                std::to_string(values.size()) + " stimulus values given; the input has " +
                    std::to_string(network.populations[network.input].units()) + " units");
  }
  return present_windows(impl_->plan, state.impl_->memory, values, observer);
}

}  // namespace homolog::sim
