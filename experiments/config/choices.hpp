#pragma once

#include <string>
#include <vector>

namespace homolog::experiments {

/// A word that the configuration accepts, with one line for `homolog list`.
struct Choice {
  std::string name{};
  std::string description{};
};

/// Of spiking.code: how spikes carry an activation.
[[nodiscard]] std::vector<Choice> spiking_codes();
/// Of spiking.input: how the image reaches the spiking network.
[[nodiscard]] std::vector<Choice> input_codes();
/// Of spiking.scheduler: when a neuron may fire.
[[nodiscard]] std::vector<Choice> schedulers();
/// Of spiking.neuron.model: the neuron models, and `auto`.
[[nodiscard]] std::vector<Choice> neuron_choices();
/// Of spiking.correction.method: what is done about residual membrane potentials.
[[nodiscard]] std::vector<Choice> correction_methods();
/// Of spiking.threshold.method: how a layer's scale is taken from its activations.
[[nodiscard]] std::vector<Choice> threshold_methods();

[[nodiscard]] std::vector<std::string> names_of(const std::vector<Choice>& choices);

}  // namespace homolog::experiments
