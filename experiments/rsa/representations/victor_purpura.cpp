#include "experiments/rsa/representation.hpp"
#include "experiments/rsa/spike_metric.hpp"

namespace homolog::experiments {
namespace {

constexpr double kMostCost = 1e6;
constexpr double kCost = 0.1;  // per ms: moving a spike by more than 20 ms costs as much as a new one

Representation read_victor_purpura(Parameters& parameters) {
  const double cost = parameters.number("cost", 0.0, kMostCost, kCost);
  const std::int64_t neurons = parameters.integer("neurons", 1, std::int64_t{1} << 40U, kMetricNeurons);
  return {.label = "victor_purpura",
          .stored = "spikes",
          .rdm =
              [=](const LayerSource& source, const Progress& progress) {
                return metric_rdm(
                    source, neurons,
                    [=](std::span<const double> a, std::span<const double> b) {
                      return victor_purpura(a, b, cost);
                    },
                    progress);
              },
          .metric = "victor_purpura"};
}

}  // namespace

void register_victor_purpura(RepresentationRegistry& registry) {
  registry.add(
      "victor_purpura",
      "Victor-Purpura distance of spike trains, summed over `neurons` neurons; `cost` of moving by 1 ms",
      read_victor_purpura);
}

}  // namespace homolog::experiments
