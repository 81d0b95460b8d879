// How long does RSA take for 1,000 stimuli?
//
//   rdm/<dissimilarity>   one RDM over 9,216 units (LeNet's first ReLU), the largest single cost
//   wide/correlation      one RDM over 100,000 units, beside the matrix product of the same size:
//   wide/sgemm            oneDNN, single precision: what RSA in single precision could not beat
//   wide/dgemm            Eigen, double precision, instructions of the build (no AVX unless it was asked for)
//                         All three count 1,000 x 1,000 x 100,000 multiply-adds, the full symmetric matrix;
//                         the RDM computes half of them, since the other half is the same, and in double.
//   rank                  mid-ranks of its 499,500 pairs, once per RDM
//   compare/<comparison>  one comparison of two ranked (scaled) RDMs
//   v1/<size>             the V1 model's responses to one image
//
// Threads: argument of rdm and wide; the others run on one.

#include <benchmark/benchmark.h>
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#include <tbb/task_arena.h>

#include <Eigen/Core>
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

constexpr std::int64_t kWideUnits = 100000;

void count_full_matrix(benchmark::State& state) {
  state.counters["MAC/s"] =
      benchmark::Counter(static_cast<double>(kStimuli) * static_cast<double>(kStimuli) * kWideUnits,
                         benchmark::Counter::kIsIterationInvariantRate);
}

void wide_rdm(benchmark::State& state, const std::string& name) {
  const MatrixPatterns patterns("bench", kStimuli, kWideUnits, random_values(kStimuli * kWideUnits));
  const Dissimilarity dissimilarity = dissimilarities().find(name);
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    arena.execute([&] { benchmark::DoNotOptimize(dissimilarity(patterns, {})); });
  }
  count_full_matrix(state);
}

void wide_sgemm(benchmark::State& state) {
  const std::vector<float> values = random_values(kStimuli * kWideUnits);
  std::vector<float> product(kStimuli * kStimuli);
  omp_set_num_threads(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    dnnl_sgemm('N', 'T', kStimuli, kStimuli, kWideUnits, 1.0F, values.data(), kWideUnits, values.data(),
               kWideUnits, 0.0F, product.data(), kStimuli);
    benchmark::DoNotOptimize(product.data());
  }
  count_full_matrix(state);
}

void wide_dgemm(benchmark::State& state) {
  using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const std::vector<float> values = random_values(kStimuli * kWideUnits);
  const RowMatrix matrix =
      Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          values.data(), kStimuli, kWideUnits)
          .cast<double>();
  RowMatrix product(kStimuli, kStimuli);
  for (auto _ : state) {
    product.noalias() = matrix * matrix.transpose();
    benchmark::DoNotOptimize(product.data());
  }
  count_full_matrix(state);
}
BENCHMARK_CAPTURE(wide_rdm, correlation, "correlation")
    ->Name("wide/correlation")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(wide_sgemm)->Name("wide/sgemm")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(wide_dgemm)->Name("wide/dgemm")->UseRealTime()->Unit(benchmark::kMillisecond);

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
BENCHMARK_CAPTURE(compare_rdms, linear_cka, "linear_cka")->Unit(benchmark::kMillisecond);

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
