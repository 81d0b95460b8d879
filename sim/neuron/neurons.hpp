#pragma once

#include <functional>
#include <variant>

#include "sim/core/parameters.hpp"
#include "sim/core/registry.hpp"
#include "sim/neuron/integrate_and_fire.hpp"
#include "sim/neuron/leaky_integrate_and_fire.hpp"
#include "sim/neuron/signed_integrate_and_fire.hpp"

namespace homolog::sim {

/// The visible list of neuron models. A new model is its header, a line here and a line in neurons.cpp.
using Neuron = std::variant<IntegrateAndFire, LeakyIntegrateAndFire, SignedIntegrateAndFire>;

/// Calls work(model), unless the model's spikes have signs: for engines that know none and refuse such
/// networks.
template <class Work>
void visit_without_signs(const Neuron& neuron, const Work& work) {
  std::visit(
      [&]<class Model>(const Model& model) {
        if constexpr (NeuronModel<Model>) {
          work(model);
        }
      },
      neuron);
}

/// Reads the parameters of one model from the `neuron:` mapping (all keys but `model`).
/// `step_ms` is the length of a step. Throws Error(config) with the place of the mistake.
using NeuronReader = std::function<Neuron(Parameters&, double step_ms)>;

/// Every neuron model by the name that the configuration uses ("if", "lif", "signed-if").
[[nodiscard]] Registry<NeuronReader> neuron_models();

}  // namespace homolog::sim
