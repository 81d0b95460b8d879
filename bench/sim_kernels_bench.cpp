// Question: how many synaptic operations per second does the engine do in 3 x 3 convolutions of 16 to 512
// channels, float32 and 8-bit, at several activities; and how far is that from the ceiling of the same rows?
//
//   cmake -S . -B build/bench -G Ninja -DHOMOLOG_BENCH=ON && ninja -C build/bench sim_kernels_bench
//   build/bench/bench/sim_kernels_bench
//
// Time is that of the target population alone, summing its input and updating its neurons, as State::costs()
// has it: wall time, so that a figure is good when an iteration was not interrupted. Counters: synaptic
// operations per second of one core in the fastest iteration, and their share of the ceiling
// (sim/engine/ceiling.hpp), the best of what is measured before and after in the same process.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "bench/networks.hpp"
#include "sim/engine/ceiling.hpp"
#include "sim/engine/simulator.hpp"

namespace {

using namespace homolog::sim;
using homolog::bench::random_convolution;
using homolog::bench::random_floats;

constexpr Step kSteps = 64;

/// Poisson spikes -> 3 x 3 convolution -> neurons that never reach their threshold.
/// Arguments: channels in and out, extent of the map, spikes per 1,000 units and step.
void convolution(benchmark::State& bench, bool int8) {
  const std::int64_t channels = bench.range(0);
  const Shape map{.channels = channels, .height = bench.range(1), .width = bench.range(1)};
  Network network;
  network.populations = {
      {.name = "spikes", .shape = map, .role = PoissonInput{}},
      {.name = "neurons", .shape = map, .role = Neurons{IntegrateAndFire{.threshold = 1e9F}}}};
  network.projections = {
      {.source = 0, .target = 1, .kernel = random_convolution(map, 1, channels, int8, 0.1F, 1)}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> image(static_cast<std::size_t>(map.size()),
                                 static_cast<float>(bench.range(2)) / 1000.0F);
  const auto measured_ceiling = [&] {
    return ceiling(int8 ? RowForm::gather_int8 : RowForm::gather_float, static_cast<std::size_t>(channels),
                   0.05);
  };
  const double before = measured_ceiling();
  PopulationCost last{};
  double rate = 0.0;
  for (auto _ : bench) {
    benchmark::DoNotOptimize(simulator.run(state, {.values = image, .steps = kSteps}, nullptr));
    const PopulationCost now = state.costs()[1];
    const double seconds = now.seconds - last.seconds;
    bench.SetIterationTime(seconds);
    rate = std::max(rate, static_cast<double>(now.synaptic_operations - last.synaptic_operations) / seconds);
    last = now;
  }
  bench.counters["synaptic operations/s"] = rate;
  bench.counters["share of ceiling"] = rate / std::max(before, measured_ceiling());
}

/// Neurons that are driven by their constant currents alone; a tenth of them fires in a step.
void neurons_per_second(benchmark::State& bench) {
  const Shape shape{.channels = bench.range(0)};
  OneToOne identity{.in = shape, .out = shape, .target = {}, .weight = {}};
  for (UnitId unit = 0; unit < shape.size(); ++unit) {
    identity.target.push_back(unit);
    identity.weight.push_back(1.0F);
  }
  Network network;
  network.populations = {{.name = "input", .shape = shape, .role = AnalogInput{}},
                         {.name = "neurons", .shape = shape, .role = Neurons{}}};
  network.projections = {{.source = 0, .target = 1, .kernel = std::move(identity)}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> image = random_floats(shape.size(), 0.0F, 0.2F, 9);
  for (auto _ : bench) {
    benchmark::DoNotOptimize(simulator.run(state, {.values = image, .steps = kSteps}, nullptr));
  }
  bench.counters["neuron updates"] = benchmark::Counter(static_cast<double>(shape.size()) * double{kSteps},
                                                        benchmark::Counter::kIsIterationInvariantRate);
}

void channels_extents_activities(benchmark::internal::Benchmark* bench) {
  for (const auto& layer : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {16, 56}, {64, 56}, {128, 28}, {256, 14}, {512, 7}}) {
    for (const std::int64_t per_mille : {5, 10, 20, 50, 100, 200, 500, 1000}) {
      bench->Args({layer.first, layer.second, per_mille});
    }
  }
  bench->ArgNames({"channels", "extent", "per mille"})->UseManualTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(convolution, float32, false)->Apply(channels_extents_activities);
BENCHMARK_CAPTURE(convolution, int8, true)->Apply(channels_extents_activities);
BENCHMARK(neurons_per_second)->Arg(1 << 12)->Arg(1 << 16)->Arg(1 << 20);

}  // namespace
