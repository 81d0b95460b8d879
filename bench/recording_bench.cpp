// What does recording cost a spike, from the simulator to the file? Read the column ns_per_spike.

#include <benchmark/benchmark.h>

#include <ctime>
#include <filesystem>
#include <random>

#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {
namespace {

constexpr std::uint32_t kSteps = 64;

/// Units that fire in each step, as a simulator hands them on.
std::vector<std::vector<sim::UnitId>> random_steps(const sim::Shape& shape, double activity) {
  std::mt19937 random(1);
  std::bernoulli_distribution fires(activity);
  std::vector<std::vector<sim::UnitId>> steps(kSteps);
  for (auto& units : steps) {
    for (sim::UnitId unit = 0; unit < static_cast<sim::UnitId>(shape.size()); ++unit) {
      if (fires(random)) {
        units.push_back(unit);
      }
    }
  }
  return steps;
}

void add_all(SpikePacker& packer, const std::vector<std::vector<sim::UnitId>>& steps) {
  packer.clear();
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    packer.add(step, steps[step]);
  }
}

/// A map of so many channels and pixels, and spikes in thousandths.
sim::Shape shape_of(const benchmark::State& state) {
  return {.channels = state.range(0), .height = state.range(1), .width = state.range(1)};
}
double activity_of(const benchmark::State& state) {
  return static_cast<double>(state.range(2)) / 1000.0;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;  // of all threads
}

void report(benchmark::State& state, double seconds, std::size_t spikes) {
  state.counters["ns_per_spike"] =
      1e9 * seconds / (static_cast<double>(state.iterations()) * static_cast<double>(spikes));
}

/// Sorting and packing, on the thread that simulates.
void pack(benchmark::State& state) {
  const auto steps = random_steps(shape_of(state), activity_of(state));
  SpikePacker packer(shape_of(state), kSteps);
  std::size_t spikes = 0;
  const double start = processor_seconds();
  for (auto _ : state) {
    add_all(packer, steps);
    spikes = packer.packed().places.size();
  }
  report(state, processor_seconds() - start, spikes);
}

/// Compressing and writing packed spikes, on any thread.
void write(benchmark::State& state) {
  SpikePacker packer(shape_of(state), kSteps);
  add_all(packer, random_steps(shape_of(state), activity_of(state)));
  const PackedSpikes packed = packer.packed();
  const PresentationRecord record{.spikes = {packed},
                                  .readout = std::vector<float>(kSteps, 0.0F),
                                  .layer_spikes = {packed.places.size()}};
  const LayerRecord layer{
      .name = "layer", .shape = shape_of(state), .neurons = packed.neurons, .spikes = true};
  const auto stimuli = static_cast<std::size_t>(state.max_iterations);
  const auto folder = std::filesystem::temp_directory_path() / "homolog_recording_bench";
  std::filesystem::create_directories(folder);
  auto file = ResultsFile::create((folder / "results.h5").string(), {.steps = kSteps, .classes = 1}, {layer},
                                  {}, std::vector<std::string>(stimuli, "stimulus"),
                                  std::vector<std::optional<std::int64_t>>(stimuli), 1);
  const double start = processor_seconds();
  for (auto _ : state) {
    file.append(record);
  }
  file.commit();
  const double seconds = processor_seconds() - start;
  report(state, seconds, packed.places.size());
  state.counters["bytes_per_spike"] =
      static_cast<double>(std::filesystem::file_size(folder / "results.h5")) /
      (static_cast<double>(stimuli) * static_cast<double>(packed.places.size()));
  std::filesystem::remove_all(folder);
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const std::int64_t activity : {5, 20, 60, 200}) {
    bench->Args({64, 32, activity});
  }
  bench->Args({256, 8, 60})->Args({64, 111, 60});
}

BENCHMARK(pack)->Apply(sizes)->ArgNames({"channels", "pixels", "per_mille"});
BENCHMARK(write)->Apply(sizes)->ArgNames({"channels", "pixels", "per_mille"})->Iterations(400);

}  // namespace
}  // namespace homolog::experiments
