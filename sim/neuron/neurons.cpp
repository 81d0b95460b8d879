#include "sim/neuron/neurons.hpp"

#include <cmath>

namespace homolog::sim {
namespace {

constexpr Step kLongestRefractoryPeriod = 60000;

template <class Model>
Model read_common(Parameters& parameters) {
  Model model;
  model.reset =
      parameters.choice("reset", {"subtract", "zero"}, "subtract") == "zero" ? Reset::zero : Reset::subtract;
  model.initial = static_cast<float>(parameters.number("initial", -1000.0, 0.999999, 0.5));
  model.refractory = static_cast<Step>(parameters.integer("refractory", 0, kLongestRefractoryPeriod, 0));
  return model;
}

Neuron read_if(Parameters& parameters, double /*step_ms*/) {
  return read_common<IntegrateAndFire>(parameters);
}

Neuron read_lif(Parameters& parameters, double step_ms) {
  auto model = read_common<LeakyIntegrateAndFire>(parameters);
  const double tau_ms = parameters.number("tau_ms", 1e-3, 1e9, 100.0);
  model.decay = static_cast<float>(std::exp(-step_ms / tau_ms));
  if (!(model.decay > 0.0F)) {
    parameters.fail("tau_ms", "is so short against spiking.step_ms that nothing is left after a step");
  }
  return model;
}

Neuron read_signed_if(Parameters& parameters, double /*step_ms*/) {
  SignedIntegrateAndFire model;
  model.initial = static_cast<float>(parameters.number("initial", -1000.0, 0.999999, 0.5));
  return model;
}

}  // namespace

Registry<NeuronReader> neuron_models() {
  Registry<NeuronReader> models("neuron model");
  models.add("if", "integrate-and-fire, no leak: reset, initial, refractory", read_if);
  models.add("lif", "leaky integrate-and-fire: as if, and tau_ms", read_lif);
  models.add("signed-if", "integrate-and-fire that takes spikes back by negative ones: initial",
             read_signed_if);
  return models;
}

}  // namespace homolog::sim
