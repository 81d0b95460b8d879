#include "sim/engine/simulator.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/engine/prepared_network.hpp"
#include "sim/engine/spike_record.hpp"
#include "sim/engine/state.hpp"
#include "sim/engine/sweep.hpp"

namespace homolog::sim {
namespace {

/// Whether a population of the network spikes in steps; relays emit, but do not spike.
bool spikes_in_steps(const PreparedPopulation& population) {
  return population.emits() && !population.is_relay();
}

void check_record(const PreparedNetwork& network, PopulationId id, const SpikeRecord& record, Step steps) {
  const PreparedPopulation& population = network.populations[id];
  if (!spikes_in_steps(population) || !(record.shape() == population.shape) || record.steps() != steps ||
      record.with_signs() != is_signed(population.role)) {
    throw Error(ErrorKind::internal, "the record of spikes does not fit population " + std::to_string(id) +
                                         " and " + std::to_string(steps) + " steps");
  }
}

/// Presents one stimulus: components one after the other, each over a whole block of steps; those on a cycle
/// step by step.
class Presenter {
 public:
  Presenter(const PreparedNetwork& network, const Presentation& presentation, PresentationState& memory,
            Observer* observer, Response& response)
      : network_(network),
        steps_(presentation.steps),
        memory_(memory),
        observer_(observer),
        sweep_(network, presentation, memory, response),
        wanted_(network.populations.size(), false),
        records_(network.populations.size(), nullptr) {
    for (PopulationId id = 0; observer != nullptr && id < wanted_.size(); ++id) {
      if (!spikes_in_steps(network.populations[id])) {
        continue;
      }
      wanted_[id] = observer->wants(id);
      records_[id] = observer->record(id);
      if (records_[id] != nullptr) {
        check_record(network, id, *records_[id], steps_);
      }
    }
  }

  void run() {
    sweep_.set_currents();
    Step first = 0;
    while (first < steps_) {
      const Step steps = std::min(network_.block, steps_ - first);
      for (const Component& component : network_.components) {
        if (!component.cyclic) {
          advance(component.populations.front(), first, steps);
          continue;
        }
        for (Step step = first; step < first + steps; ++step) {
          for (const PopulationId id : component.populations) {
            advance(id, step, 1);
          }
        }
      }
      first += steps;
    }
  }

 private:
  void advance(PopulationId id, Step first, Step steps) {
    const auto start = std::chrono::steady_clock::now();
    sweep_.advance(id, first, steps);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    memory_.costs[id].seconds += elapsed.count();
    if (records_[id] != nullptr) {
      records_[id]->keep(memory_.populations[id].emission, first, steps);
    }
    for (Step step = first; wanted_[id] && step < first + steps; ++step) {
      const std::size_t count = memory_.populations[id].emission.list(step, memory_.units.data());
      if (count > 0) {
        observer_->spikes(id, step, memory_.units.span().first(count));
      }
      const std::size_t negative = memory_.populations[id].emission.list_negative(step, memory_.units.data());
      if (negative > 0) {
        observer_->negative_spikes(id, step, memory_.units.span().first(negative));
      }
    }
  }

  const PreparedNetwork& network_;
  Step steps_;
  PresentationState& memory_;
  Observer* observer_;
  Sweep sweep_;
  std::vector<bool> wanted_;
  std::vector<SpikeRecord*> records_;
};

/// One entry per population, or none at all.
void check_replayed(const PreparedNetwork& network, const Presentation& presentation) {
  const std::span<const SpikeRecord* const> replayed = presentation.replayed;
  if (!replayed.empty() && replayed.size() != network.populations.size()) {
    throw Error(ErrorKind::internal, "records of " + std::to_string(replayed.size()) +
                                         " populations given; the network has " +
                                         std::to_string(network.populations.size()));
  }
  for (PopulationId id = 0; id < replayed.size(); ++id) {
    if (replayed[id] != nullptr) {
      check_record(network, id, *replayed[id], presentation.steps);
    }
  }
}

/// The number of positions of a readout that a presentation reads.
std::size_t positions_read(const PreparedPopulation& readout, std::span<const std::uint32_t> read_at) {
  const std::size_t positions = readout.height() * readout.width();
  const bool ascending =
      std::adjacent_find(read_at.begin(), read_at.end(), std::greater_equal<>()) == read_at.end();
  if (!ascending || (!read_at.empty() && read_at.back() >= positions)) {
    throw Error(ErrorKind::internal,
                "the positions to read must ascend and be below " + std::to_string(positions));
  }
  return read_at.empty() ? positions : read_at.size();
}

/// One entry per population, empty or as long as the population, and empty where there is no potential.
void check_initial(const PreparedNetwork& network, std::span<const std::vector<float>> initial) {
  if (!initial.empty() && initial.size() != network.populations.size()) {
    throw Error(ErrorKind::internal, "initial potentials of " + std::to_string(initial.size()) +
                                         " populations given; the network has " +
                                         std::to_string(network.populations.size()));
  }
  for (std::size_t id = 0; id < initial.size(); ++id) {
    const PreparedPopulation& population = network.populations[id];
    const std::size_t units = std::holds_alternative<Neurons>(population.role) ? population.units() : 0;
    if (!initial[id].empty() && initial[id].size() != units) {
      throw Error(ErrorKind::internal, std::to_string(initial[id].size()) +
                                           " initial potentials given for population " + std::to_string(id) +
                                           ", which has " + std::to_string(units));
    }
  }
}

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

std::vector<float> Simulator::State::potentials(PopulationId population) const {
  return unpadded(impl_->owner->network.populations.at(population),
                  std::as_const(impl_->memory.populations.at(population).v).span());
}

std::vector<float> Simulator::State::currents(PopulationId population) const {
  return unpadded(impl_->owner->network.populations.at(population),
                  std::as_const(impl_->memory.populations.at(population).current).span());
}

PotentialExtremes Simulator::State::extremes(PopulationId population) const {
  const PreparedPopulation& prepared = impl_->owner->network.populations.at(population);
  const PopulationState& state = impl_->memory.populations.at(population);
  if (!impl_->memory.keeps_extremes) {
    return {};
  }
  return {.lowest_firing = unpadded(prepared, state.lowest_firing.span()),
          .highest_silent = unpadded(prepared, state.highest_silent.span())};
}

std::span<const PopulationCost> Simulator::State::costs() const {
  return impl_->memory.costs;
}

Simulator::Simulator(const Network& network)
    : impl_(std::make_unique<Impl>(Impl{.network = prepare(network)})) {
  if (is_windowed(network)) {
    throw Error(ErrorKind::internal, "a network of window neurons has no steps; use WindowedSimulator");
  }
}
Simulator::Simulator(Simulator&&) noexcept = default;
Simulator::~Simulator() = default;

Simulator::State Simulator::make_state(int threads) const {
  return State(std::make_unique<State::Impl>(
      State::Impl{.owner = impl_.get(), .memory = PresentationState(impl_->network, threads)}));
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
  check_initial(network, presentation.initial);
  check_replayed(network, presentation);
  const bool has_signs = std::any_of(network.populations.begin(), network.populations.end(),
                                     [](const PreparedPopulation& p) { return is_signed(p.role); });
  if (presentation.keeps_extremes && has_signs) {
    throw Error(ErrorKind::internal, "the extremes of potentials are not kept where spikes have signs");
  }
  if (presentation.keeps_extremes && network.phases > 0) {
    throw Error(ErrorKind::internal, "the extremes of potentials are not kept in a network with phases");
  }
  PresentationState& memory = state.impl_->memory;
  memory.rest(network, presentation);
  Response response;
  response.spikes.resize(network.populations.size());
  response.negative_spikes.resize(network.populations.size());
  for (const PreparedPopulation& population : network.populations) {
    if (std::holds_alternative<Readout>(population.role)) {
      const std::size_t channels = static_cast<std::size_t>(population.shape.channels);
      response.readout.resize(std::size_t{presentation.steps} * channels *
                              positions_read(population, presentation.read_at));
    }
  }
  Presenter(network, presentation, memory, observer, response).run();
  return response;
}

}  // namespace homolog::sim
