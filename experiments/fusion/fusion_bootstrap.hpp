#pragma once

#include <cstddef>
#include <vector>

#include "experiments/fusion/fuse.hpp"
#include "experiments/fusion/fused_rdms.hpp"

namespace homolog::experiments {

/// What the bootstrap of a fusion says of its numbers.
struct FusionErrors {
  std::vector<double> standard_errors{};  ///< [time, column of FusedRdms]
  std::size_t least = 0;                  ///< things in the smallest of the dimensions that are drawn
};

/// Standard errors by drawing stimuli, subjects of the first and subjects of the second system, those of them
/// that options ask for and of which there are several: crossed dimensions, so that the variance is
/// crossed_bootstrap_variance() of those over every subset of them. `at_once` draws are evaluated at a time.
/// At least one dimension is drawn.
[[nodiscard]] FusionErrors fusion_errors(const FusedRdms& rdms, const FusionOptions& options,
                                         std::size_t at_once, const Progress& progress);

}  // namespace homolog::experiments
