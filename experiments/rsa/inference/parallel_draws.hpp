#pragma once

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>

#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Calls work(b) for b = 0, ..., draws - 1 in the current task arena, and reports between batches.
template <class Work>
void parallel_draws(std::size_t draws, const Progress& progress, const Work& work) {
  constexpr std::size_t batch = 64;
  for (std::size_t first = 0; first < draws; first += batch) {
    report(progress, static_cast<double>(first) / static_cast<double>(draws));
    tbb::parallel_for(first, std::min(first + batch, draws), work);
  }
  report(progress, 1.0);
}

}  // namespace homolog::experiments
