// Question: how many synaptic operations per second does the engine do, in 3 x 3 convolutions of 64 to 512
// channels at several activities, and in a whole network shaped like VGG; and how far is that from
// the ceiling, adding rows of weights that stay in the L2 cache?
//
//   cmake -S . -B build/release -G Ninja -DHOMOLOG_BENCH=ON && ninja -C build/release sim_kernels_bench
//   build/release/bench/sim_kernels_bench
//
// Counter: "synaptic operations"/s of CPU time. Seeds are fixed: every run does the same work.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/events.hpp"
#include "sim/engine/kernels/convolution.hpp"
#include "sim/engine/kernels/dense.hpp"
#include "sim/engine/simulator.hpp"

namespace {

using namespace homolog::sim;

std::vector<float> random_floats(std::int64_t count, float low, float high, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    value = low + (high - low) * static_cast<float>(random() >> 8U) * 0x1p-24F;
  }
  return values;
}

/// Each unit with probability percent / 100.
std::vector<UnitId> random_spikes(std::int64_t units, std::int64_t percent, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<UnitId> spikes;
  for (UnitId unit = 0; unit < units; ++unit) {
    if (static_cast<std::int64_t>(random() % 100) < percent) {
      spikes.push_back(unit);
    }
  }
  return spikes;
}

void report(benchmark::State& bench, std::uint64_t operations) {
  bench.counters["synaptic operations"] =
      benchmark::Counter(static_cast<double>(operations), benchmark::Counter::kIsRate);
}

Convolution convolution(std::int64_t channels, std::int64_t extent, unsigned seed) {
  const Shape map{.channels = channels, .height = extent, .width = extent};
  return {.in = map,
          .out = map,
          .window = {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1},
          .channels = channels,
          .weights = random_floats(channels * channels * 9, -0.1F, 0.1F, seed)};
}

/// Arguments: channels, extent of the map, percent of the units that spike.
void spikes_through_convolution(benchmark::State& bench) {
  const Convolution kernel = convolution(bench.range(0), bench.range(1), 1);
  const ConvolutionScatter scatter(kernel);
  const std::vector<UnitId> spikes = random_spikes(kernel.in.size(), bench.range(2), 2);
  AlignedBuffer<float> z(static_cast<std::size_t>(kernel.out.size()));
  std::fill_n(z.data(), z.size(), 0.0F);
  std::uint64_t operations = 0;
  for (auto _ : bench) {
    operations += scatter({.units = spikes}, z.data());
    benchmark::DoNotOptimize(z.data());
    benchmark::ClobberMemory();
  }
  report(bench, operations);
}

/// The ceiling: 128 rows of 512 weights (256 KiB, in L2) added to one row that stays in L1.
void rows_resident_in_l2(benchmark::State& bench) {
  const Shape in{.channels = 128};
  const Shape out{.channels = 512};
  const Dense kernel{
      .in = in, .out = out, .channels = 512, .weights = random_floats(128 * 512, -0.1F, 0.1F, 1)};
  const DenseScatter scatter(kernel);
  const std::vector<UnitId> spikes = random_spikes(128, 100, 2);
  AlignedBuffer<float> z(512);
  std::fill_n(z.data(), z.size(), 0.0F);
  std::uint64_t operations = 0;
  for (auto _ : bench) {
    operations += scatter({.units = spikes}, z.data());
    benchmark::ClobberMemory();
  }
  report(bench, operations);
}

OneToOne identity(const Shape& shape) {
  OneToOne kernel{.in = shape, .out = shape, .target = {}, .weight = {}};
  for (UnitId unit = 0; unit < shape.size(); ++unit) {
    kernel.target.push_back(unit);
    kernel.weight.push_back(1.0F);
  }
  return kernel;
}

/// VGG's shape at a quarter of the extent: image 56 x 56; conv 64, pool, conv 128, pool, 2 x conv 256, pool,
/// 2 x conv 512, pool, dense 1000. Weights at random, biases such that about a tenth of the units spike.
Network vgg_like() {
  Network network;
  Shape shape{.channels = 3, .height = 56, .width = 56};
  network.populations.push_back({.name = "image", .shape = shape, .role = AnalogInput{}});
  unsigned seed = 1;
  const auto add = [&network](Population population, Kernel kernel) {
    const auto target = static_cast<PopulationId>(network.populations.size());
    network.populations.push_back(std::move(population));
    network.projections.push_back({.source = target - 1, .target = target, .kernel = std::move(kernel)});
  };
  for (const std::int64_t channels : {64, 0, 128, 0, 256, 256, 0, 512, 512, 0}) {
    Shape out = shape;
    if (channels == 0) {
      out.height /= 2;
      out.width /= 2;
      add({.name = "pool", .shape = out, .role = MaxGate{}},
          MaxPool{.in = shape,
                  .out = out,
                  .window = {.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2}});
    } else {
      out.channels = channels;
      const float scale = 1.0F / static_cast<float>(shape.channels);
      seed += 2;
      add({.name = "conv", .shape = out, .current = random_floats(out.size(), -0.1F, 0.2F, seed)},
          Convolution{.in = shape,
                      .out = out,
                      .window = {.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1},
                      .channels = channels,
                      .weights = random_floats(shape.channels * 9 * channels, -scale, scale, seed + 1)});
    }
    shape = out;
  }
  const Shape classes{.channels = 1000};
  add({.name = "classes", .shape = classes, .role = Readout{}},
      Dense{.in = shape,
            .out = classes,
            .channels = 1000,
            .weights = random_floats(shape.size() * 1000, -0.1F, 0.1F, 1)});
  return network;
}

void image_through_vgg_like_network(benchmark::State& bench) {
  const Network network = vgg_like();
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> image = random_floats(network.populations[0].shape.size(), 0.0F, 1.0F, 9);
  std::uint64_t operations = 0;
  std::uint64_t spikes = 0;
  std::uint64_t neurons = 0;
  for (const Population& population : network.populations) {
    neurons += std::holds_alternative<Neurons>(population.role)
                   ? static_cast<std::uint64_t>(population.shape.size())
                   : 0;
  }
  constexpr Step kSteps = 32;
  for (auto _ : bench) {
    const Response response = simulator.run(state, {.values = image, .steps = kSteps}, nullptr);
    operations += response.synaptic_operations;
    spikes = 0;
    for (const std::uint64_t count : response.spikes) {
      spikes += count;
    }
    benchmark::DoNotOptimize(response);
  }
  report(bench, operations);
  bench.counters["spikes/neuron/step"] =
      static_cast<double>(spikes) / static_cast<double>(neurons) / static_cast<double>(kSteps);
}

/// One step of a population of neurons that are driven by their constant currents alone.
void neurons_per_second(benchmark::State& bench) {
  const Shape shape{.channels = bench.range(0)};
  Network network;
  network.populations = {{.name = "input", .shape = shape, .role = AnalogInput{}},
                         {.name = "neurons", .shape = shape, .role = Neurons{}}};
  network.projections = {{.source = 0, .target = 1, .kernel = identity(shape)}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> image = random_floats(shape.size(), 0.0F, 0.2F, 9);
  constexpr Step kSteps = 256;
  for (auto _ : bench) {
    benchmark::DoNotOptimize(simulator.run(state, {.values = image, .steps = kSteps}, nullptr));
  }
  bench.counters["neuron updates"] = benchmark::Counter(
      static_cast<double>(bench.iterations()) * static_cast<double>(shape.size()) * double{kSteps},
      benchmark::Counter::kIsRate);
}

void channels_extents_activities(benchmark::internal::Benchmark* bench) {
  for (const auto& layer :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{64, 56}, {128, 28}, {256, 14}, {512, 14}}) {
    for (const std::int64_t percent : {1, 5, 20, 50}) {
      bench->Args({layer.first, layer.second, percent});
    }
  }
}

BENCHMARK(rows_resident_in_l2);
BENCHMARK(spikes_through_convolution)->Apply(channels_extents_activities);
BENCHMARK(neurons_per_second)->Arg(1 << 12)->Arg(1 << 16)->Arg(1 << 20);
BENCHMARK(image_through_vgg_like_network)->Unit(benchmark::kMillisecond);

}  // namespace
