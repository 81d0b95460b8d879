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

/// 3 x 3, stride 1, padded, as float32 in [-scale, scale] or with 8-bit weights of the same range.
inline sim::Convolution random_convolution(const sim::Shape& in, std::int64_t channels, bool int8,
                                           float scale, unsigned seed) {
  sim::Convolution kernel{.in = in,
                          .out = {.channels = channels, .height = in.height, .width = in.width},
                          .window = {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1},
                          .channels = channels};
  const std::int64_t count = in.channels * 9 * channels;
  if (int8) {
    for (const float value : random_floats(count, -127.0F, 127.0F, seed)) {
      kernel.int8.values.push_back(static_cast<std::int8_t>(value));
    }
    kernel.int8.scale.assign(static_cast<std::size_t>(channels), scale / 127.0F);
  } else {
    kernel.weights = random_floats(count, -scale, scale, seed);
  }
  return kernel;
}

/// A network shaped as the CIFAR-10 VGG of docs/results.md (six convolutions of 32 to 160 channels, three
/// average poolings, 79 million multiply-adds). Every neuron has a constant current, uniform in [0, 2 *
/// activity], and weights are so small that spikes hardly change what it does: `activity`, 0 .. 0.5, is the
/// mean number of spikes per neuron and step, in every layer.
inline sim::Network vgg_network(float activity) {
  sim::Network network;
  sim::Shape shape{.channels = 3, .height = 32, .width = 32};
  network.populations.push_back({.name = "image", .shape = shape, .role = sim::AnalogInput{}});
  const auto add = [&](sim::Population population, sim::Kernel kernel) {
    const auto target = static_cast<sim::PopulationId>(network.populations.size());
    shape = population.shape;
    network.populations.push_back(std::move(population));
    network.projections.push_back({.source = target - 1, .target = target, .kernel = std::move(kernel)});
  };
  constexpr float kScale = 1e-5F;
  constexpr std::int64_t kPool = 0;
  const sim::IntegrateAndFire half{.initial = 0.5F};  // rounds few spikes to the nearest number, not down
  unsigned seed = 0;
  for (const std::int64_t channels : {std::int64_t{32}, std::int64_t{64}, kPool, std::int64_t{96},
                                      std::int64_t{96}, kPool, std::int64_t{160}, std::int64_t{160}, kPool}) {
    seed += 2;
    if (channels == kPool) {
      const sim::Shape out{.channels = shape.channels, .height = shape.height / 2, .width = shape.width / 2};
      sim::AveragePool pool{
          .in = shape, .out = out, .window = {.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2}};
      pool.position_weight.assign(static_cast<std::size_t>(out.area()), 0.25F);
      pool.channel_weight.assign(static_cast<std::size_t>(out.channels), 1.0F);
      add({.name = "pool", .shape = out, .role = sim::Relay{}}, std::move(pool));
      continue;
    }
    sim::Convolution kernel = random_convolution(shape, channels, false, kScale, seed);
    const sim::Shape out = kernel.out;
    add({.name = "conv",
         .shape = out,
         .role = sim::Neurons{half},
         .current = random_floats(out.size(), 0.0F, 2.0F * activity, seed + 1)},
        std::move(kernel));
  }
  const sim::Shape classes{.channels = 10};
  sim::Dense dense{.in = shape, .out = classes, .channels = classes.channels};
  dense.weights = random_floats(shape.size() * classes.channels, -kScale, kScale, 1);
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
