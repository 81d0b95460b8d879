// Question: how many synaptic operations per second does this core allow, if it does nothing but add up rows
// of weights that lie in its second-level cache?
//
//   cmake -S . -B build/bench -G Ninja -DHOMOLOG_BENCH=ON && ninja -C build/bench sim_ceiling_bench
//   build/bench/bench/sim_ceiling_bench
//
// Argument: weights of a row. Gather form: sums stay in registers over many rows; scatter form: each row is
// added to sums in the first-level cache. HOMOLOG_INSTRUCTION_SET is of the program `homolog`: here the best
// one is used.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "sim/engine/ceiling.hpp"

namespace {

using homolog::sim::RowAccumulation;
using homolog::sim::RowForm;

void ceiling(benchmark::State& bench, RowForm form) {
  const auto row = static_cast<std::size_t>(bench.range(0));
  RowAccumulation rows(form, row);
  for (auto _ : bench) {
    rows.accumulate();
    benchmark::ClobberMemory();
  }
  bench.counters["synaptic operations"] = benchmark::Counter(static_cast<double>(rows.order().size() * row),
                                                             benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(ceiling, gather_float, RowForm::gather_float)->RangeMultiplier(2)->Range(16, 512);
BENCHMARK_CAPTURE(ceiling, gather_int8, RowForm::gather_int8)->RangeMultiplier(2)->Range(16, 512);
BENCHMARK_CAPTURE(ceiling, scatter_float, RowForm::scatter_float)->RangeMultiplier(2)->Range(16, 512);

}  // namespace
