#include "conversion/spiking/calibration_size.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include "conversion/spiking/refit_weights.hpp"
#include "conversion/spiking/replay_plan.hpp"
#include "conversion/spiking/sample_positions.hpp"

namespace homolog::conversion {
namespace {

std::int64_t neurons_of(const sim::Network& network) {
  std::int64_t neurons = 1;
  for (const sim::Population& population : network.populations) {
    neurons += std::holds_alternative<sim::Neurons>(population.role) ? population.shape.size() : 0;
  }
  return neurons;
}

}  // namespace

std::int64_t calibration_images(const sim::Network& network, std::int64_t available) {
  constexpr std::int64_t kShown = std::int64_t{256} << 20;
  return std::min(available, std::clamp<std::int64_t>(kShown / neurons_of(network), 16, 128));
}

std::int64_t weight_images(const sim::Network& network, std::int64_t available) {
  constexpr std::int64_t kShown = std::int64_t{64} << 20;
  return std::min(available, std::clamp<std::int64_t>(kShown / neurons_of(network), 64, 512));
}

std::int64_t samples_of_channel(std::int64_t channels, sim::Step steps) {
  constexpr std::int64_t kInputBytes = std::int64_t{256} << 20;
  const std::int64_t bytes = channels * static_cast<std::int64_t>(steps) * std::int64_t{sizeof(float)};
  return std::clamp<std::int64_t>(kInputBytes / bytes, 2048, 8192);
}

std::uint64_t calibration_bytes(const sim::Network& network, const CalibrationOptions& options) {
  std::uint64_t kept = 0;
  std::uint64_t record = 0;  // of one population: of the samples, and of images at work
  std::vector<sim::PopulationId> targets;
  for (sim::PopulationId p = 0; p < network.populations.size(); ++p) {
    const sim::Population& population = network.populations[p];
    if (std::holds_alternative<sim::Neurons>(population.role) ||
        std::holds_alternative<sim::Readout>(population.role)) {
      targets.push_back(p);
    }
    if (options.choice.weights) {
      const sim::Shape& shape = population.shape;
      if (!std::holds_alternative<sim::Relay>(population.role)) {
        const std::int64_t images = std::max<std::int64_t>(options.weight_images, 1);
        const SamplePositions positions(0, shape.height * shape.width, images, kSamplesForWeights);
        kept += static_cast<std::uint64_t>(shape.channels * images * positions.per_image()) * sizeof(float);
        record = std::max(record, WeightRefit::bytes(network, p));
      }
    }
    if (std::holds_alternative<sim::Neurons>(population.role)) {
      const sim::Shape& shape = population.shape;
      const SamplePositions positions(0, shape.height * shape.width, options.images,
                                      samples_of_channel(shape.channels, options.steps));
      const auto samples =
          static_cast<std::uint64_t>(shape.channels * options.images * positions.per_image());
      const std::uint64_t whole =
          static_cast<std::uint64_t>(shape.channels * positions.per_image()) * options.steps * sizeof(double);
      kept += samples * sizeof(float);
      record = std::max(record, samples * options.steps * sizeof(float) +
                                    static_cast<std::uint64_t>(options.threads) * whole);
    }
  }
  return kept + record +
         plan_replay(network, targets, options.steps, images_shown(options), options.most_recorded_bytes)
             .bytes;
}

std::int64_t images_shown(const CalibrationOptions& options) {
  return options.choice.weights ? std::max(options.images, options.weight_images) : options.images;
}

}  // namespace homolog::conversion
