#include "experiments/config/choices.hpp"

namespace homolog::experiments {

std::vector<Choice> spiking_codes() {
  return {{"rate", "an activation is the number of spikes in all steps"}};
}

std::vector<Choice> input_codes() {
  return {{"current", "normalised pixels as constant currents"},
          {"poisson", "a pixel in [0, 1] is the probability of a spike in each step"}};
}

std::vector<Choice> threshold_methods() {
  return {{"percentile", "percentile of the positive activations on calibration images"},
          {"maximum", "largest activation on calibration images; also written max"}};
}

std::vector<std::string> names_of(const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const Choice& choice : choices) {
    names.push_back(choice.name);
  }
  return names;
}

}  // namespace homolog::experiments
