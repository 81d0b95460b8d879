#include "sim/network/network.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/network/check_kernel.hpp"
#include "sim/network/order.hpp"
#include "sim/network/phases.hpp"

namespace homolog::sim {
namespace {

std::string quoted(const Network& network, PopulationId id) {
  return "'" + network.populations[id].name + "'";
}

struct CheckModel {
  const Checker& check;

  template <class Model>
  void common(const Model& model) const {
    check.require(std::isfinite(model.threshold) && model.threshold > 0.0F,
                  "threshold must be > 0 and finite");
    check.require(std::isfinite(model.initial_potential()), "the initial potential must be finite");
  }
  void operator()(const IntegrateAndFire& model) const { common(model); }
  void operator()(const LeakyIntegrateAndFire& model) const {
    common(model);
    check.require(model.decay > 0.0F && model.decay <= 1.0F, "decay must be in (0, 1]");
  }
  void operator()(const SignedIntegrateAndFire& model) const { common(model); }
  void operator()(const TimeToFirstSpike& model) const {
    check.require(model.window >= 0.0F && std::isfinite(model.window), "the window must be >= 0 and finite");
    check.require(model.ceiling > 0.0F, "the ceiling must be > 0");
  }
  void operator()(const FewSpikes& model) const {
    check.require(model.steps >= 1 && model.steps <= 16, "few spikes need 1 to 16 steps");
  }
};

bool speaks_in_times(const Role& role) {
  const auto* neurons = std::get_if<WindowNeurons>(&role);
  return std::holds_alternative<LatencyInput>(role) || std::holds_alternative<MaxGate>(role) ||
         (neurons != nullptr && std::holds_alternative<TimeToFirstSpike>(neurons->model));
}

void check_population(const Network& network, PopulationId id) {
  const Population& population = network.populations[id];
  const Checker check("population " + std::to_string(id) + " " + quoted(network, id));
  try {
    (void)checked_size(population.shape);
  } catch (const Error& error) {
    check.fail(error.message());
  }
  if (!population.current.empty()) {
    check.require(std::holds_alternative<Neurons>(population.role) ||
                      std::holds_alternative<WindowNeurons>(population.role) ||
                      std::holds_alternative<Readout>(population.role),
                  "has a constant current; only neurons and a readout may");
    check.values("constant currents", population.current, {population.shape.size()});
  }
  if (!population.initial.empty()) {
    check.require(std::holds_alternative<Neurons>(population.role),
                  "has initial potentials; only neurons may");
    check.values("initial potentials", population.initial, {population.shape.size()});
  }
  if (!population.rank_worth.empty()) {
    check.require(speaks_in_times(population.role) && is_windowed(network),
                  "is read by rank; only times to a first spike may be");
    check.values("worths of ranks", population.rank_worth, {population.shape.size()});
    check.require(
        std::is_sorted(population.rank_worth.begin(), population.rank_worth.end(), std::greater<>()),
        "worths of ranks must not increase");
  }
  if (const auto* neurons = std::get_if<Neurons>(&population.role)) {
    std::visit(CheckModel{check}, neurons->model);
  }
  if (const auto* neurons = std::get_if<WindowNeurons>(&population.role)) {
    std::visit(CheckModel{check}, neurons->model);
  }
}

void check_projection(const Network& network, std::size_t index) {
  const Projection& projection = network.projections[index];
  const std::string number = "projection " + std::to_string(index);
  for (const PopulationId id : {projection.source, projection.target}) {
    Checker(number).require(id < network.populations.size(), "population " + std::to_string(id) +
                                                                 " does not exist; there are " +
                                                                 std::to_string(network.populations.size()));
  }
  const Checker check(number + " (" + quoted(network, projection.source) + " -> " +
                      quoted(network, projection.target) + ")");
  const Population& source = network.populations[projection.source];
  const Population& target = network.populations[projection.target];
  check.require(!is_input(target.role), "an input population cannot be a target");
  check.require(!std::holds_alternative<Readout>(source.role),
                "a readout emits nothing and cannot be a source");
  check.require(!std::holds_alternative<AnalogInput>(source.role) || projection.delay == 0,
                "has delay " + std::to_string(projection.delay) +
                    "; an analog input is constant in time and needs delay 0");
  const bool pools = std::holds_alternative<MaxPool>(projection.kernel);
  check.require(
      pools == std::holds_alternative<MaxGate>(target.role),
      pools ? "max pooling needs a max gate as target" : "a max gate takes max pooling kernels only");
  check.require(!pools || is_spiking(source.role), "max pooling needs a source that spikes");
  if (const auto* gate = std::get_if<MaxGate>(&target.role)) {
    check.require(gate->falls == is_signed(source.role),
                  "a max gate falls if and only if the spikes of its sources have signs");
    check.require(is_rectified(source.role), "max pooling needs net counts that are never negative");
  }
  check_kernel(projection.kernel, check, source.shape, target.shape,
               is_spiking(source.role) && !is_signed(source.role));
}

/// A max gate keeps one maximum per unit, so each of its channels belongs to one projection.
void check_gate_channels(const Network& network) {
  std::vector<std::vector<bool>> taken(network.populations.size());
  for (std::size_t index = 0; index < network.projections.size(); ++index) {
    const Projection& projection = network.projections[index];
    const auto* pool = std::get_if<MaxPool>(&projection.kernel);
    if (pool == nullptr) {
      continue;
    }
    auto& channels = taken[projection.target];
    channels.resize(static_cast<std::size_t>(pool->out.channels), false);
    for (std::int64_t c = 0; c < pool->in.channels; ++c) {
      const auto channel = static_cast<std::size_t>(pool->first_channel + c);
      if (channels[channel]) {
        throw Error(ErrorKind::internal,
                    "projection " + std::to_string(index) + " (" + quoted(network, projection.source) +
                        " -> " + quoted(network, projection.target) + "): channel " +
                        std::to_string(channel) + " of the max gate is already pooled by another projection");
      }
      channels[channel] = true;
    }
  }
}

/// Window after window there are no steps: no delays, no cycles, nothing that works in steps.
void check_windows(const Network& network) {
  if (!is_windowed(network)) {
    return;
  }
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    const Role& role = network.populations[id].role;
    if (std::holds_alternative<Neurons>(role) || std::holds_alternative<PoissonInput>(role)) {
      throw Error(ErrorKind::internal, "population " + quoted(network, id) +
                                           " works in steps, in a network of window neurons; all must be of "
                                           "one kind");
    }
  }
  for (const Projection& projection : network.projections) {
    const auto* conv = std::get_if<Convolution>(&projection.kernel);
    const auto* dense = std::get_if<Dense>(&projection.kernel);
    const bool int8 =
        (conv != nullptr && !conv->int8.scale.empty()) || (dense != nullptr && !dense->int8.scale.empty());
    if (projection.delay != 0 || int8) {
      throw Error(ErrorKind::internal, "the projection from " + quoted(network, projection.source) + " to " +
                                           quoted(network, projection.target) +
                                           (int8 ? " has 8-bit weights" : " has a delay") +
                                           "; window neurons can have none");
    }
  }
  // A cycle has no delay here, and step_order() refuses it.
}

/// What a population cannot be where spikes have phases; nothing if it can.
struct UnfitForPhases {
  std::string operator()(const PoissonInput& /*role*/) const {
    return "is a Poisson input, whose spikes know no phase";
  }
  std::string operator()(const MaxGate& /*role*/) const {
    return "is a max gate, which counts spikes; with phases the spikes of a window are not worth the same";
  }
  std::string operator()(const LatencyInput& /*role*/) const { return kWindows; }
  std::string operator()(const WindowNeurons& /*role*/) const { return kWindows; }
  std::string operator()(const Neurons& neurons) const {
    const auto* model = std::get_if<IntegrateAndFire>(&neurons.model);
    if (model == nullptr) {
      return "is not of model integrate-and-fire, as with phases all neurons must be";
    }
    if (model->reset != Reset::subtract || model->refractory != 0) {
      return "has reset to zero or a refractory period; with phases the threshold must be subtracted, in any "
             "step";
    }
    return {};
  }
  template <class Other>
  std::string operator()(const Other& /*role*/) const {
    return {};
  }

 private:
  static constexpr const char* kWindows = "works in windows, which have no phases";
};

void check_phases(const Network& network) {
  if (network.phases == 0) {
    return;
  }
  if (network.phases > kMostPhases) {
    throw Error(ErrorKind::internal, "the network has a period of " + std::to_string(network.phases) +
                                         " phases; must be 1 to " + std::to_string(kMostPhases) +
                                         ", or 0 for none");
  }
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    const std::string unfit = std::visit(UnfitForPhases{}, network.populations[id].role);
    if (!unfit.empty()) {
      throw Error(ErrorKind::internal,
                  "population " + std::to_string(id) + " " + quoted(network, id) + ": " + unfit);
    }
  }
  for (const Projection& projection : network.projections) {
    if (projection.delay != 0) {
      throw Error(ErrorKind::internal,
                  "the projection from " + quoted(network, projection.source) + " to " +
                      quoted(network, projection.target) + " has delay " + std::to_string(projection.delay) +
                      "; with phases a spike must arrive in the step that says its worth");
    }
  }
}

/// The constant part of a relay on a cycle of relays would be the sum of an endless series.
void check_relay_cycles(const Network& network) {
  const auto order = constant_order(network);
  if (order.size() < network.populations.size()) {
    std::vector<bool> ordered(network.populations.size(), false);
    for (const PopulationId id : order) {
      ordered[id] = true;
    }
    const auto first = std::find(ordered.begin(), ordered.end(), false) - ordered.begin();
    throw Error(ErrorKind::internal, "population " + quoted(network, static_cast<PopulationId>(first)) +
                                         " is on, or fed by, a cycle of relays alone; a cycle needs neurons");
  }
}

}  // namespace

bool is_spiking(const Role& role) {
  return std::holds_alternative<Neurons>(role) || std::holds_alternative<WindowNeurons>(role) ||
         std::holds_alternative<MaxGate>(role) || std::holds_alternative<PoissonInput>(role) ||
         std::holds_alternative<LatencyInput>(role);
}

bool is_signed(const Role& role) {
  const auto* neurons = std::get_if<Neurons>(&role);
  const auto* gate = std::get_if<MaxGate>(&role);
  return (neurons != nullptr && std::holds_alternative<SignedIntegrateAndFire>(neurons->model)) ||
         (gate != nullptr && gate->falls);
}

bool is_rectified(const Role& role) {
  const auto* neurons = std::get_if<Neurons>(&role);
  const auto* model = neurons == nullptr ? nullptr : std::get_if<SignedIntegrateAndFire>(&neurons->model);
  return model == nullptr || model->rectified;
}

bool is_input(const Role& role) {
  return std::holds_alternative<AnalogInput>(role) || std::holds_alternative<PoissonInput>(role) ||
         std::holds_alternative<LatencyInput>(role);
}

bool is_windowed(const Network& network) {
  return std::any_of(network.populations.begin(), network.populations.end(), [](const Population& p) {
    return std::holds_alternative<WindowNeurons>(p.role) || std::holds_alternative<LatencyInput>(p.role);
  });
}

void validate(const Network& network) {
  if (network.populations.size() >= std::numeric_limits<PopulationId>::max()) {
    throw Error(ErrorKind::internal, "the network has too many populations");
  }
  std::size_t inputs = 0;
  std::size_t readouts = 0;
  for (PopulationId id = 0; id < network.populations.size(); ++id) {
    check_population(network, id);
    inputs += is_input(network.populations[id].role) ? 1U : 0U;
    readouts += std::holds_alternative<Readout>(network.populations[id].role) ? 1U : 0U;
  }
  if (inputs != 1) {
    throw Error(ErrorKind::internal,
                "the network has " + std::to_string(inputs) + " input populations; must be exactly 1");
  }
  if (readouts > 1) {
    throw Error(ErrorKind::internal,
                "the network has " + std::to_string(readouts) + " readouts; must be at most 1");
  }
  for (std::size_t index = 0; index < network.projections.size(); ++index) {
    check_projection(network, index);
  }
  check_gate_channels(network);
  check_windows(network);
  check_phases(network);
  (void)step_order(network);
  check_relay_cycles(network);
}

}  // namespace homolog::sim
