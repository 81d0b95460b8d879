#include "conversion/spiking/neuron_roles.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace homolog::conversion {

std::string neuron_model(const ConversionOptions& options) {
  const auto name = [](const auto& model) { return std::string(model.kName); };
  return options.windows ? std::visit(name, options.windows->neuron) : std::visit(name, options.neuron);
}

sim::Role role_of(const ConversionOptions& options, float high, Scale& scale) {
  if (!options.windows) {
    return sim::Neurons{options.neuron};
  }
  sim::WindowNeuron neuron = options.windows->neuron;
  if (auto* ttfs = std::get_if<sim::TimeToFirstSpike>(&neuron)) {
    ttfs->ceiling = high;
    if (options.windows->calibrated) {
      ttfs->window = options.windows->margin * *std::max_element(scale.channel.begin(), scale.channel.end());
    }
    scale = {.tensor = scale.tensor, .channel = std::vector<float>(scale.channel.size(), 1.0F)};
  } else {
    const auto steps = static_cast<int>(std::get<sim::FewSpikes>(neuron).steps);
    for (float& value : scale.channel) {
      value /= 1.0F - std::ldexp(1.0F, -steps);
    }
  }
  return sim::WindowNeurons{neuron};
}

bool never_above(const ConversionOptions& options, const Signal& signal, float high) {
  if (options.windows && std::holds_alternative<sim::TimeToFirstSpike>(options.windows->neuron)) {
    return std::isinf(high);
  }
  return std::all_of(signal.terms.begin(), signal.terms.end(), [high](const Term& term) {
    const auto& scale = std::get<ChannelMap>(term.map).scale;
    return std::all_of(scale.begin(), scale.end(),
                       [high](double value) { return value <= static_cast<double>(high); });
  });
}

}  // namespace homolog::conversion
