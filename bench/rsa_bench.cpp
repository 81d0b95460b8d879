// How long does RSA take for 1,000 stimuli?
//
//   rdm/<dissimilarity>   one RDM over 9,216 units (LeNet's first ReLU), the largest single cost
//   rank                  mid-ranks of its 499,500 pairs, once per RDM
//   compare/<comparison>  one comparison of two ranked (scaled) RDMs
//   v1/<size>             the V1 model's responses to one image
//
// Threads: argument of rdm; the others run on one.

#include <benchmark/benchmark.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/statistics.hpp"
#include "experiments/rsa/v1_model.hpp"

namespace homolog::experiments {
namespace {

constexpr std::int64_t kStimuli = 1000;
constexpr std::int64_t kUnits = 9216;

std::vector<float> random_values(std::size_t count) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> draw(0.0F, 1.0F);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(), [&] { return draw(random); });
  return values;
}

Rdm random_rdm() {
  const std::vector<float> values = random_values(Rdm::pair_count(kStimuli));
  return Rdm(kStimuli, {values.begin(), values.end()});
}

void rdm(benchmark::State& state, const std::string& name) {
  const MatrixPatterns patterns("bench", kStimuli, kUnits, random_values(kStimuli * kUnits));
  const Dissimilarity dissimilarity = dissimilarities().find(name);
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    arena.execute([&] { benchmark::DoNotOptimize(dissimilarity(patterns, {})); });
  }
  // Multiply-adds of the upper triangle.
  state.counters["MAC/s"] =
      benchmark::Counter(0.5 * kStimuli * kStimuli * kUnits, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(rdm, correlation, "correlation")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rdm, euclidean, "euclidean")->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void rank(benchmark::State& state) {
  const Rdm pairs = random_rdm();
  for (auto _ : state) {
    benchmark::DoNotOptimize(mid_ranks(pairs.pairs()));
  }
}
BENCHMARK(rank)->Unit(benchmark::kMillisecond);

void compare_rdms(benchmark::State& state, const std::string& name) {
  const Comparison comparison = comparisons().find(name);
  const Rdm first = random_rdm();
  Rdm second = first;
  for (std::size_t k = 0; k < second.pairs().size(); ++k) {
    second.pairs()[k] += 0.5 * first.pairs()[(7 * k) % first.pairs().size()];
  }
  const std::vector<double> x = on_scale(comparison.scale, first.pairs());
  const std::vector<double> y = on_scale(comparison.scale, second.pairs());
  for (auto _ : state) {
    benchmark::DoNotOptimize(comparison.compare(x, y));
  }
}
BENCHMARK_CAPTURE(compare_rdms, spearman, "spearman")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare_rdms, kendall, "kendall")->Unit(benchmark::kMillisecond);

void v1(benchmark::State& state) {
  const std::int64_t size = state.range(0);
  const V1Model model(size, size);
  Image image;
  image.channels = 1;
  image.height = size;
  image.width = size;
  image.pixels = random_values(static_cast<std::size_t>(size * size));
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.respond(image));
  }
}
BENCHMARK(v1)->Arg(28)->Arg(175)->Arg(224)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace homolog::experiments
