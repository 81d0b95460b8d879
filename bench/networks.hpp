#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include "sim/network/network.hpp"

// Networks with random weights for the benchmarks of the simulator. Seeds are fixed: every run does the same
// work.

namespace homolog::bench {

inline std::vector<float> random_floats(std::int64_t count, float low, float high, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    value = low + (high - low) * static_cast<float>(random() >> 8U) * 0x1p-24F;
  }
  return values;
}

inline sim::Int8Weights random_int8(std::int64_t count, std::int64_t channels, float scale, unsigned seed) {
  sim::Int8Weights weights;
  for (const float value : random_floats(count, -127.0F, 127.0F, seed)) {
    weights.values.push_back(static_cast<std::int8_t>(value));
  }
  weights.scale.assign(static_cast<std::size_t>(channels), scale / 127.0F);
  return weights;
}

/// 3 x 3, stride 1, padded, over blocks of pool x pool positions; float32 weights in [-scale, scale] or 8-bit
/// weights of the same range.
inline sim::Convolution random_convolution(const sim::Shape& in, std::int64_t pool, std::int64_t channels,
                                           bool int8, float scale, unsigned seed) {
  sim::Convolution kernel{.in = in,
                          .out = {.channels = channels, .height = in.height / pool, .width = in.width / pool},
                          .window = {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1},
                          .pool_h = pool,
                          .pool_w = pool,
                          .channels = channels};
  const std::int64_t count = in.channels * 9 * channels;
  if (int8) {
    kernel.int8 = random_int8(count, channels, scale, seed);
  } else {
    kernel.weights = random_floats(count, -scale, scale, seed);
  }
  return kernel;
}

/// A network shaped as the CIFAR-10 VGG of docs/results.md: six convolutions of 32 to 160 channels with
/// average poolings between, 79 million multiply-adds. Every neuron has a constant current, uniform in [0, 2
/// * activity], and weights are so small that spikes hardly change what it does: `activity`, 0 .. 0.5, is the
/// mean number of spikes per neuron and step, in every layer. `int8`: all weights that spikes meet have 8
/// bits.
inline sim::Network vgg_network(float activity, bool int8) {
  constexpr float kScale = 1e-5F;
  const sim::IntegrateAndFire half{.initial = 0.5F};  // rounds few spikes to the nearest number, not down
  struct Layer {
    std::int64_t pool = 1;  ///< before the convolution
    std::int64_t channels = 0;
  };
  constexpr Layer kLayers[] = {{1, 32}, {1, 64}, {2, 96}, {1, 96}, {2, 160}, {1, 160}};
  sim::Shape shape{.channels = 3, .height = 32, .width = 32};
  sim::Network network;
  network.populations.push_back({.name = "image", .shape = shape, .role = sim::AnalogInput{}});
  const auto add = [&](sim::Population population, sim::Kernel kernel) {
    const auto target = static_cast<sim::PopulationId>(network.populations.size());
    shape = population.shape;
    network.populations.push_back(std::move(population));
    network.projections.push_back({.source = target - 1, .target = target, .kernel = std::move(kernel)});
  };
  unsigned seed = 0;
  for (const Layer& layer : kLayers) {
    seed += 2;
    const bool from_image = network.populations.size() == 1;
    sim::Convolution kernel =
        random_convolution(shape, layer.pool, layer.channels, int8 && !from_image, kScale, seed);
    const sim::Shape out = kernel.out;
    add({.name = "conv",
         .shape = out,
         .role = sim::Neurons{half},
         .current = random_floats(out.size(), 0.0F, 2.0F * activity, seed + 1)},
        std::move(kernel));
  }
  const sim::Shape classes{.channels = 10};
  sim::Dense dense{.in = shape, .out = classes, .channels = classes.channels};
  const std::int64_t count = shape.size() * classes.channels;
  if (int8) {
    dense.int8 = random_int8(count, classes.channels, kScale, 1);
  } else {
    dense.weights = random_floats(count, -kScale, kScale, 1);
  }
  add({.name = "classes", .shape = classes, .role = sim::Readout{}}, std::move(dense));
  return network;
}

/// Units of all populations of Neurons.
inline double neurons_of(const sim::Network& network) {
  double neurons = 0.0;
  for (const sim::Population& population : network.populations) {
    if (std::holds_alternative<sim::Neurons>(population.role)) {
      neurons += static_cast<double>(population.shape.size());
    }
  }
  return neurons;
}

}  // namespace homolog::bench
