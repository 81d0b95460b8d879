#pragma once

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>

#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Draws of which so many are kept at once.
inline constexpr std::size_t kBatch = 64;

/// Calls work(b, place) for every draw b < draws, in parallel, place = b % kBatch; and between batches, from
/// the calling thread, collect(count), which takes up what `work` left at the places 0, ..., count - 1.
template <class Work, class Collect>
void batched_draws(std::size_t draws, const Progress& progress, const Work& work, const Collect& collect) {
  for (std::size_t first = 0; first < draws; first += kBatch) {
    report(progress, static_cast<double>(first) / static_cast<double>(draws));
    const std::size_t count = std::min(kBatch, draws - first);
    tbb::parallel_for(std::size_t{0}, count, [&](std::size_t place) { work(first + place, place); });
    collect(count);
  }
  report(progress, 1.0);
}

}  // namespace homolog::experiments
