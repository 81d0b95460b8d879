#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>

#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Draws of which so many are kept at once.
inline constexpr std::size_t kBatch = 64;

/// Calls work(b, place) for every draw b < draws, in parallel, at most `at_once` of them at a time, each with
/// a place below kBatch of its own; and between batches, from the calling thread, collect(count), which takes
/// up what `work` left at the places 0, ..., count - 1, in the order of draws.
template <class Work, class Collect>
void batched_draws(std::size_t draws, std::size_t at_once, const Progress& progress, const Work& work,
                   const Collect& collect) {
  const auto threads = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
  const std::size_t batch = at_once < threads ? std::clamp<std::size_t>(at_once, 1, kBatch) : kBatch;
  for (std::size_t first = 0; first < draws; first += batch) {
    report(progress, static_cast<double>(first) / static_cast<double>(draws));
    const std::size_t count = std::min(batch, draws - first);
    tbb::parallel_for(std::size_t{0}, count, [&](std::size_t place) { work(first + place, place); });
    collect(count);
  }
  report(progress, 1.0);
}

}  // namespace homolog::experiments
