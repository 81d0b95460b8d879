#include "experiments/analysis/spike_trains.hpp"
#include "experiments/rsa/representation.hpp"
#include "experiments/rsa/train_patterns.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kWidest = 100000;
constexpr std::int64_t kDefault = 8;

/// Every bin of every neuron is a unit: the pattern holds when the spikes were as well as how many.
Representation read_bins(Parameters& parameters) {
  const std::int64_t width = parameters.integer("steps", 1, kWidest, kDefault);
  const std::string label = "bins_" + std::to_string(width);
  return {.label = label, .stored = "spikes", .patterns = [=](const LayerSource& source) {
            const std::int64_t bins = (source.steps + width - 1) / width;
            return train_patterns(
                source, label, bins, [=](std::span<const std::uint64_t> train, std::span<float> out) {
                  for (std::size_t bin = 0; bin < out.size(); ++bin) {
                    const std::int64_t from = static_cast<std::int64_t>(bin) * width;
                    out[bin] = static_cast<float>(spikes_between(train, from, from + width));
                  }
                });
          }};
}

}  // namespace

void register_bins(RepresentationRegistry& registry) {
  registry.add("bins", "spikes of every neuron in bins of `steps` steps", read_bins);
}

}  // namespace homolog::experiments
