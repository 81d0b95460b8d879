// Question: does the cost of a network follow its spikes? One image through a network shaped as the CIFAR-10
// VGG, with float32 and with 8-bit weights, when 0.5 to 50 % of its neurons fire in a step.
//
//   cmake -S . -B build/bench -G Ninja -DHOMOLOG_BENCH=ON && ninja -C build/bench sim_activity_bench
//   build/bench/bench/sim_activity_bench --benchmark_out=activity.json
//   scripts/activity-plot.py activity.json docs/performance-activity.svg
//
// Argument: spikes per 1,000 neurons and step. Counters: the activity that there was, per neuron and step,
// and synaptic operations per second of processor time.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "bench/networks.hpp"
#include "sim/engine/simulator.hpp"

namespace {

using namespace homolog::sim;

void image_through_vgg(benchmark::State& bench, bool int8) {
  const Network network = homolog::bench::vgg_network(static_cast<float>(bench.range(0)) / 1000.0F, int8);
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> image(static_cast<std::size_t>(network.populations[0].shape.size()), 0.0F);
  constexpr Step kSteps = 256;  // long enough for a spike of most neurons at the lowest activity
  std::uint64_t operations = 0;
  std::uint64_t spikes = 0;
  for (auto _ : bench) {
    const Response response = simulator.run(state, {.values = image, .steps = kSteps}, nullptr);
    operations = response.synaptic_operations;
    spikes = std::accumulate(response.spikes.begin(), response.spikes.end(), std::uint64_t{0});
  }
  bench.counters["activity"] =
      static_cast<double>(spikes) / homolog::bench::neurons_of(network) / double{kSteps};
  bench.counters["synaptic operations/s"] =
      benchmark::Counter(static_cast<double>(operations), benchmark::Counter::kIsIterationInvariantRate);
}

void activities(benchmark::internal::Benchmark* bench) {
  for (const std::int64_t per_mille : {5, 10, 20, 50, 100, 200, 500}) {
    bench->Arg(per_mille);
  }
  bench->ArgName("per mille")->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(image_through_vgg, float32, false)->Apply(activities);
BENCHMARK_CAPTURE(image_through_vgg, int8, true)->Apply(activities);

}  // namespace
