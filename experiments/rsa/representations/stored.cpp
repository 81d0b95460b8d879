#include "experiments/rsa/representation.hpp"

namespace homolog::experiments {

/// What the run keeps as one number for each unit.
void register_stored(RepresentationRegistry& registry) {
  const auto add = [&](const std::string& code, const std::string& description) {
    registry.add(code, description, [code](Parameters&) { return stored_representation(code); });
  };
  add("float", "activations of the float network");
  add("count", "spikes of every neuron");
  add("decoded", "the activations that the spikes stand for");
  add("first_spike", "time of the first spike; of silent neurons the end of the presentation");
  add("rank", "rank of the first spike among those of the layer");
  add("membrane", "membrane potential at the end of the presentation");
}

}  // namespace homolog::experiments
