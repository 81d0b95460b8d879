#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>
#include <limits>

#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Calls work(b) for b = 0, ..., draws - 1 in the current task arena, at most `at_once` of them at a time,
/// and reports between batches.
template <class Work>
void parallel_draws(std::size_t draws, const Progress& progress, const Work& work,
                    std::size_t at_once = std::numeric_limits<std::size_t>::max()) {
  constexpr std::size_t most = 64;
  const auto threads = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
  const std::size_t batch = at_once < threads ? std::max<std::size_t>(at_once, 1) : most;
  for (std::size_t first = 0; first < draws; first += batch) {
    report(progress, static_cast<double>(first) / static_cast<double>(draws));
    tbb::parallel_for(first, std::min(first + batch, draws), work);
  }
  report(progress, 1.0);
}

}  // namespace homolog::experiments
