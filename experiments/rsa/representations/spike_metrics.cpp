#include <functional>
#include <span>
#include <string>
#include <utility>

#include "experiments/rsa/representation.hpp"
#include "experiments/rsa/spike_metric.hpp"

namespace homolog::experiments {
namespace {

/// A metric with one parameter, which is between `low` and `high`.
struct SpikeMetric {
  std::string name{};
  std::string parameter{};
  double low = 0.0;
  double high = 0.0;
  double otherwise = 0.0;
  std::function<double(std::span<const double>, std::span<const double>, double)> distance{};
};

RepresentationReader reader_of(SpikeMetric metric) {
  return [metric = std::move(metric)](Parameters& parameters) {
    const double value = parameters.number(metric.parameter, metric.low, metric.high, metric.otherwise);
    const std::int64_t neurons = parameters.integer("neurons", 1, std::int64_t{1} << 40U, kMetricNeurons);
    const TrainDistance distance = [value, distance = metric.distance](std::span<const double> a,
                                                                       std::span<const double> b) {
      return distance(a, b, value);
    };
    return Representation{.label = metric.name,
                          .stored = "spikes",
                          .rdm =
                              [neurons, distance](const LayerSource& source, const Progress& progress) {
                                return metric_rdm(source, neurons, distance, progress);
                              },
                          .metric = metric.name};
  };
}

}  // namespace

void register_spike_metrics(RepresentationRegistry& registry) {
  // 0.1 per ms: moving a spike by more than 20 ms costs as much as a new one.
  registry.add(
      "victor_purpura",
      "Victor-Purpura distance of spike trains, summed over `neurons` neurons; `cost` of moving by 1 ms",
      reader_of({"victor_purpura", "cost", 0.0, 1e6, 0.1, victor_purpura}));
  registry.add(
      "van_rossum",
      "van Rossum's squared distance of spike trains, summed over `neurons` neurons; `tau_ms` of the "
      "kernel",
      reader_of({"van_rossum", "tau_ms", 1e-3, 1e6, 10.0, van_rossum_squared}));
}

}  // namespace homolog::experiments
