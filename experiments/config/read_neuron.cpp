#include "experiments/config/read_neuron.hpp"

#include <algorithm>

#include "experiments/config/choices.hpp"

namespace homolog::experiments {
namespace {

constexpr const char* kSigned = "signed-if";

/// The keys that a neuron model reads.
std::vector<std::string> keys_of(const sim::NeuronReader& reader, double step_ms) {
  Parameter nothing;
  nothing.kind = Parameter::Kind::mapping;
  Parameters defaults(nothing, "", "");
  (void)reader(defaults, step_ms);
  std::vector<std::string> keys;
  for (const auto& entry : defaults.resolved().entries) {
    keys.push_back(entry.first);
  }
  return keys;
}

/// Keys that are given, of any model, but that `reader` does not read.
std::vector<std::string> keys_of_others(const Parameters& parameters, const sim::NeuronReader& reader,
                                        double step_ms) {
  const auto models = sim::neuron_models();
  const std::vector<std::string> used = keys_of(reader, step_ms);
  std::vector<std::string> others;
  for (const std::string& name : models.names()) {
    for (const std::string& key : keys_of(models.find(name), step_ms)) {
      if (parameters.has(key) && std::count(used.begin(), used.end(), key) == 0 &&
          std::count(others.begin(), others.end(), key) == 0) {
        others.push_back(key);
      }
    }
  }
  return others;
}

}  // namespace

sim::Neuron read_neuron(Parameters parameters, double step_ms, bool may_have_signs,
                        std::vector<std::string>& unused) {
  const auto models = sim::neuron_models();
  std::string model = parameters.choice("model", names_of(neuron_choices()), "auto");
  if (model == "auto") {
    const std::vector<std::string> of_if = keys_of(models.find("if"), step_ms);
    const std::vector<std::string> foreign = keys_of_others(parameters, models.find(kSigned), step_ms);
    const bool asks_for_if = std::any_of(foreign.begin(), foreign.end(), [&](const std::string& key) {
      return std::count(of_if.begin(), of_if.end(), key) > 0;
    });
    model = may_have_signs && !asks_for_if ? kSigned : "if";
  }
  const sim::NeuronReader& reader = models.find(model);
  const sim::Neuron neuron = reader(parameters, step_ms);
  for (const std::string& key : keys_of_others(parameters, reader, step_ms)) {
    parameters.ignore(key);
    unused.push_back(parameters.path() + "." + key);
  }
  return neuron;
}

}  // namespace homolog::experiments
