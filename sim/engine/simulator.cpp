#include "sim/engine/simulator.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/encoding/poisson.hpp"
#include "sim/engine/constants.hpp"
#include "sim/engine/neuron_update.hpp"
#include "sim/engine/prepared_network.hpp"
#include "sim/engine/state.hpp"

namespace homolog::sim {
namespace {

/// One step of one population: sum what arrives, then do what its role says, write what it emits.
class Advance {
 public:
  Advance(const PreparedNetwork& network, PopulationId id, const Presentation& presentation, Step step,
          PresentationState& state, Response& response)
      : population_(network.populations[id]),
        id_(id),
        presentation_(presentation),
        step_(step),
        memory_(state),
        state_(state.populations[id]),
        response_(response) {}

  void operator()(const AnalogInput& /*role*/) const {}  // is in the currents of its targets

  void operator()(const PoissonInput& /*role*/) const {
    poisson_spikes(presentation_.values, presentation_.seed, presentation_.image, id_, step_,
                   memory_.input_spikes);
    EventBuffer& emitted = state_.emitted(step_);
    std::copy(memory_.input_spikes.begin(), memory_.input_spikes.end(), emitted.units());
    emitted.set_size(memory_.input_spikes.size());
  }

  void operator()(const Neurons& neurons) const {
    EventBuffer& emitted = state_.emitted(step_);
    emitted.set_size(0);
    const bool silent = !sum_arriving() && !state_.current_flows;
    if (silent && !state_.surplus && rests_without_input(neurons.model)) {
      return;
    }
    const NeuronStep step{.v = state_.v.span(),
                          .refractory_left = state_.refractory_left,
                          .z = z(),
                          .current = state_.current_flows ? state_.current.data() : nullptr};
    emitted.set_size(update_neurons(neurons.model, step, emitted.units(), state_.surplus));
  }

  void operator()(const Relay& /*role*/) const {
    EventBuffer& emitted = state_.emitted(step_);
    emitted.set_size(sum_arriving() ? take_nonzero(z(), emitted.units(), emitted.values()) : 0);
  }

  void operator()(const MaxGate& /*role*/) const {
    for (std::size_t p = 0; p < population_.inbound.size(); ++p) {
      const PreparedProjection& projection = population_.inbound[p];
      response_.synaptic_operations += std::get<MaxPoolWindows>(projection.kernel)(
          arriving(projection).units, state_.counts[p], state_.maxima, state_.risen);
    }
    EventBuffer& emitted = state_.emitted(step_);
    emitted.set_size(take_set_bits(state_.risen, emitted.units()));
  }

  void operator()(const Readout& /*role*/) const {
    sum_arriving();
    const auto first = std::size_t{step_} * population_.units();
    for (std::size_t unit = 0; unit < population_.units(); ++unit) {
      float& z = memory_.z.data()[unit];
      const double current = state_.current_flows ? double{state_.current.data()[unit]} : 0.0;
      state_.sum[unit] += double{z} + current;
      z = 0.0F;
      response_.readout[first + chw_from_hwc(population_.shape, static_cast<UnitId>(unit))] =
          state_.sum[unit];
    }
  }

 private:
  [[nodiscard]] std::span<float> z() const { return memory_.z.span().first(population_.units()); }

  [[nodiscard]] Events arriving(const PreparedProjection& projection) const {
    const PopulationState& source = memory_.populations[projection.source];
    return source.history.empty() ? Events{} : source.arriving(step_, projection.delay);
  }

  /// z = sum of the contributions that arrive in this step. Returns whether there were any.
  bool sum_arriving() const {
    std::uint64_t contributions = 0;
    for (const PreparedProjection& projection : population_.inbound) {
      contributions += scatter(projection, arriving(projection), memory_.z.data());
    }
    response_.synaptic_operations += contributions;
    return contributions > 0;
  }

  const PreparedPopulation& population_;
  PopulationId id_;
  const Presentation& presentation_;
  Step step_;
  PresentationState& memory_;
  PopulationState& state_;
  Response& response_;
};

}  // namespace

struct Simulator::Impl {
  PreparedNetwork network;
};

struct Simulator::State::Impl {
  const Simulator::Impl* owner = nullptr;
  PresentationState memory;
};

Simulator::State::State(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::State::State(State&&) noexcept = default;
Simulator::State& Simulator::State::operator=(State&&) noexcept = default;
Simulator::State::~State() = default;

std::span<const float> Simulator::State::potentials(PopulationId population) const {
  return std::as_const(impl_->memory.populations.at(population).v).span();
}

std::span<const float> Simulator::State::currents(PopulationId population) const {
  return std::as_const(impl_->memory.populations.at(population).current).span();
}

std::span<const PopulationCost> Simulator::State::costs() const {
  return impl_->memory.costs;
}

Simulator::Simulator(const Network& network)
    : impl_(std::make_unique<Impl>(Impl{.network = prepare(network)})) {}
Simulator::Simulator(Simulator&&) noexcept = default;
Simulator::~Simulator() = default;

Simulator::State Simulator::make_state(int /*threads*/) const {
  return State(std::make_unique<State::Impl>(
      State::Impl{.owner = impl_.get(), .memory = PresentationState(impl_->network)}));
}

std::uint64_t Simulator::state_bytes() const {
  return PresentationState::bytes(impl_->network);
}

Response Simulator::run(State& state, const Presentation& presentation, Observer* observer) const {
  const PreparedNetwork& network = impl_->network;
  if (state.impl_ == nullptr || state.impl_->owner != impl_.get()) {
    throw Error(ErrorKind::internal, "a simulator was given the state of another one");
  }
  if (presentation.values.size() != network.populations[network.input].units()) {
    throw Error(ErrorKind::internal,
                std::to_string(presentation.values.size()) + " stimulus values given; the input has " +
                    std::to_string(network.populations[network.input].units()) + " units");
  }
  PresentationState& memory = state.impl_->memory;
  memory.rest(network);
  set_currents(network, presentation.values, memory);

  Response response;
  response.spikes.resize(network.populations.size());
  for (const PreparedPopulation& population : network.populations) {
    if (std::holds_alternative<Readout>(population.role)) {
      response.readout.resize(std::size_t{presentation.steps} * population.units());
    }
  }
  for (Step step = 0; step < presentation.steps; ++step) {
    for (const PopulationId id : network.step_order) {
      const PreparedPopulation& population = network.populations[id];
      const auto start = std::chrono::steady_clock::now();
      const std::uint64_t operations = response.synaptic_operations;
      std::visit(Advance(network, id, presentation, step, memory, response), population.role);
      PopulationCost& cost = memory.costs[id];
      cost.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      cost.synaptic_operations += response.synaptic_operations - operations;
      if (!population.emits() || population.is_relay()) {
        continue;
      }
      const Events spikes = memory.populations[id].emitted(step).events();
      response.spikes[id] += spikes.units.size();
      cost.spikes += spikes.units.size();
      if (observer != nullptr && !spikes.units.empty() && observer->wants(id)) {
        observer->spikes(id, step, spikes.units);
      }
    }
  }
  return response;
}

}  // namespace homolog::sim
