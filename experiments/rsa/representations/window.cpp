#include "experiments/analysis/spike_trains.hpp"
#include "experiments/rsa/representation.hpp"
#include "experiments/rsa/train_patterns.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kMostSteps = 1000000;

Representation read_window(Parameters& parameters) {
  const std::int64_t from = parameters.integer("from", 0, kMostSteps, 0);
  const std::int64_t to = parameters.integer("to", from + 1, kMostSteps + 1);
  const std::string label = "window_" + std::to_string(from) + "_" + std::to_string(to);
  return {.label = label,
          .stored = "spikes",
          .patterns =
              [=](const LayerSource& source) {
                return train_patterns(source, label, 1,
                                      [=](std::span<const std::uint64_t> train, std::span<float> out) {
                                        out[0] = static_cast<float>(spikes_between(train, from, to));
                                      });
              },
          .last_step = to};
}

}  // namespace

void register_window(RepresentationRegistry& registry) {
  registry.add("window", "spikes of every neuron in steps from <= step < to", read_window);
}

}  // namespace homolog::experiments
