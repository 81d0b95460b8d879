// How long does inference take for 92 stimuli, 15 subjects and 40 models?
//
//   infer/<comparison>          1,000 dual bootstraps with the noise ceilings of every draw
//   infer/spearman_no_ceiling   without them
//
// Argument: threads.

#include <benchmark/benchmark.h>
#include <tbb/task_arena.h>

#include <random>
#include <string>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"

namespace homolog::experiments {
namespace {

constexpr std::size_t kStimuli = 92;
constexpr std::size_t kSubjects = 15;
constexpr std::size_t kModels = 40;

/// RDMs that share something, without ties.
std::vector<Rdm> random_rdms(std::size_t count, unsigned seed) {
  std::mt19937 shared_random(1);
  std::mt19937 random(seed);
  std::normal_distribution<double> draw;
  std::vector<double> shared(Rdm::pair_count(kStimuli));
  for (double& value : shared) {
    value = draw(shared_random);
  }
  std::vector<Rdm> rdms;
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<double> pairs = shared;
    for (double& value : pairs) {
      value += 2.0 * draw(random);
    }
    rdms.emplace_back(kStimuli, pairs);
  }
  return rdms;
}

void infer_with(benchmark::State& state, const std::string& name, bool ceilings) {
  const Comparison comparison = comparisons().find(name);
  const std::vector<Rdm> models = random_rdms(kModels, 2);
  const std::vector<Rdm> subjects = random_rdms(kSubjects, 3);
  BootstrapOptions options;
  options.ceilings = ceilings;
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    arena.execute([&] { benchmark::DoNotOptimize(infer(comparison, models, subjects, options)); });
  }
}
BENCHMARK_CAPTURE(infer_with, spearman, "spearman", true)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(infer_with, spearman_no_ceiling, "spearman", false)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(infer_with, pearson, "pearson", true)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(infer_with, kendall, "kendall", true)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace homolog::experiments
