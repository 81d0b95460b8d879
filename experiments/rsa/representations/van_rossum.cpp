#include "experiments/rsa/representation.hpp"
#include "experiments/rsa/spike_metric.hpp"

namespace homolog::experiments {
namespace {

constexpr double kLeastTau = 1e-3;
constexpr double kMostTau = 1e6;
constexpr double kTau = 10.0;

Representation read_van_rossum(Parameters& parameters) {
  const double tau = parameters.number("tau_ms", kLeastTau, kMostTau, kTau);
  const std::int64_t neurons = parameters.integer("neurons", 1, std::int64_t{1} << 40U, kMetricNeurons);
  return {.label = "van_rossum",
          .stored = "spikes",
          .rdm =
              [=](const LayerSource& source, const Progress& progress) {
                return metric_rdm(
                    source, neurons,
                    [=](std::span<const double> a, std::span<const double> b) {
                      return van_rossum_squared(a, b, tau);
                    },
                    progress);
              },
          .metric = "van_rossum"};
}

}  // namespace

void register_van_rossum(RepresentationRegistry& registry) {
  registry.add(
      "van_rossum",
      "van Rossum's squared distance of spike trains, summed over `neurons` neurons; `tau_ms` of the kernel",
      read_van_rossum);
}

}  // namespace homolog::experiments
