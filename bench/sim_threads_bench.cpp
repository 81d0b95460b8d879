// Question: what does a second thread bring: for one image at a time, and for two images at once? A network
// shaped as the CIFAR-10 VGG at 6 % activity, 64 steps.
//
//   cmake -S . -B build/bench -G Ninja -DHOMOLOG_BENCH=ON && ninja -C build/bench sim_threads_bench
//   build/bench/bench/sim_threads_bench
//
// Argument: threads. Counter: images per second of real time.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "bench/networks.hpp"
#include "sim/engine/simulator.hpp"

namespace {

using namespace homolog::sim;

constexpr float kActivity = 0.06F;
constexpr Step kSteps = 64;

std::vector<float> black(const Network& network) {
  return std::vector<float>(static_cast<std::size_t>(network.populations[0].shape.size()), 0.0F);
}

void report_images(benchmark::State& bench, double images_per_iteration) {
  bench.counters["images"] =
      benchmark::Counter(images_per_iteration, benchmark::Counter::kIsIterationInvariantRate);
}

/// Latency: the threads share the work of each image.
void one_image_at_a_time(benchmark::State& bench) {
  const Network network = homolog::bench::vgg_network(kActivity, false);
  const Simulator simulator(network);
  auto state = simulator.make_state(static_cast<int>(bench.range(0)));
  const std::vector<float> image = black(network);
  for (auto _ : bench) {
    benchmark::DoNotOptimize(simulator.run(state, {.values = image, .steps = kSteps}, nullptr));
  }
  report_images(bench, 1.0);
}

/// Throughput: each thread presents images of its own.
void an_image_per_thread(benchmark::State& bench) {
  constexpr int kImagesPerThread = 8;
  const Network network = homolog::bench::vgg_network(kActivity, false);
  const Simulator simulator(network);
  const std::vector<float> image = black(network);
  std::vector<Simulator::State> states;
  for (std::int64_t thread = 0; thread < bench.range(0); ++thread) {
    states.push_back(simulator.make_state());
  }
  for (auto _ : bench) {
    std::vector<std::jthread> threads;
    for (Simulator::State& state : states) {
      threads.emplace_back([&simulator, &image, &state] {
        for (int i = 0; i < kImagesPerThread; ++i) {
          benchmark::DoNotOptimize(simulator.run(state, {.values = image, .steps = kSteps}, nullptr));
        }
      });
    }
  }
  report_images(bench, static_cast<double>(kImagesPerThread * bench.range(0)));
}

BENCHMARK(one_image_at_a_time)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(an_image_per_thread)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
