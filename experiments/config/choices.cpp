#include "experiments/config/choices.hpp"

#include "sim/correction/correction.hpp"
#include "sim/neuron/neurons.hpp"

namespace homolog::experiments {

std::vector<Choice> spiking_codes() {
  return {{"rate", "an activation is the number of spikes in all steps"},
          {"ttfs", "an activation is the time of a single spike: exact"},
          {"rank-order", "an activation is the place of a single spike in the order of its layer's"},
          {"few-spike", "an activation is a binary fraction, a spike for every bit that is set"},

          {"phase",
           "as rate, but a spike is worth 1/2, 1/4, ... by its step: binary fractions, period by period"}};
}

std::vector<Choice> input_codes() {
  return {{"current", "normalised pixels as constant currents"},
          {"poisson", "a pixel in [0, 1] is the probability of a spike in each step; code rate"},
          {"latency", "a pixel in [0, 1] is a single spike, the earlier the brighter; codes with windows"},
          {"rank-order", "the same, of which only the order counts; codes with windows"}};
}

std::vector<Choice> schedulers() {
  return {{"synchronous", "all input of a step is summed before anybody fires"},
          {"asynchronous", "a neuron fires as soon as a single spike takes it to its threshold"}};
}

std::vector<Choice> neuron_choices() {
  std::vector<Choice> choices{
      {"auto", "signed-if up to 64 steps where threshold.method auto fits float32 weights, else if"}};
  const auto models = sim::neuron_models();
  for (const std::string& name : models.names()) {
    choices.push_back({name, models.description(name)});
  }
  return choices;
}

std::vector<Choice> correction_methods() {
  std::vector<Choice> choices{{"none", "every step counts"}};
  const auto corrections = sim::corrections();
  for (const std::string& name : corrections.names()) {
    choices.push_back({name, corrections.description(name)});
  }
  return choices;
}

std::vector<Choice> threshold_methods() {
  return {
      {"auto", "fitted to the simulated network at up to 64 steps, else percentile 99.9; few-spike: cubic"},
      {"percentile", "percentile of the positive activations on calibration images"},
      {"maximum", "largest activation on calibration images; also written max"},
      {"mse", "least squared error of clipping and rounding at this number of steps"},
      {"cubic", "the same with the cube of the error, which clips less"},
      {"ltb", "local threshold balancing: grows as long as activations exceed it"}};
}

std::vector<std::string> names_of(const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const Choice& choice : choices) {
    names.push_back(choice.name);
  }
  return names;
}

}  // namespace homolog::experiments
