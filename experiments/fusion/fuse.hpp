#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/analysis/estimate.hpp"
#include "experiments/fusion/system_rdms.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

struct FusionOptions {
  bool ranks = true;             ///< mid-ranks of the dissimilarities; else these themselves
  bool stimuli = false;          ///< bootstrap over stimuli
  bool subjects = false;         ///< and over subjects of each system that has several
  std::size_t samples = 1000;    ///< of the bootstrap
  double level = 0.95;           ///< of confidence intervals
  std::size_t permutations = 0;  ///< of stimulus labels; 0: no test
  std::uint64_t seed = 0;
  std::size_t max_memory = std::size_t{8} << 30U;  ///< bytes; more is an error before anything is allocated
};

/// What the memory of a fusion depends on.
struct FusionShape {
  std::size_t times = 0;
  std::size_t models = 0;
  std::size_t controls = 0;
  std::size_t stimuli = 0;
  std::size_t first_subjects = 1;
  std::size_t second_subjects = 1;
};

/// Throws Error(config) where a single draw needs more than options.max_memory beside the RDMs. With memory
/// for fewer draws than there are threads, some of these rest.
void check_memory(const FusionShape& shape, const FusionOptions& options);

/// A number at each time, and what inference says of it.
struct TimeCourse {
  std::vector<Estimate> estimates{};
  std::vector<double> p{};      ///< one-sided: is it greater than with permuted labels? NaN without a test
  std::vector<double> p_fdr{};  ///< corrected over times, benjamini_hochberg()
};

struct FusionResult {
  TimeCourse correlation{};               ///< of the first with the second RDM
  std::vector<TimeCourse> commonality{};  ///< of each model, see SharedVariance
};

/// Fusion of a system that is resolved in time (`first`, an RDM per time) with one that is resolved in space
/// (`second`), and what each model shares with both, beyond `controls` (which may be empty). Values are of
/// the mean RDMs over subjects.
///
/// Permutation b interchanges the stimuli of the models' RDMs, of the second RDM for the correlation;
/// p = (1 + permutations that reach the value) / (1 + permutations), see permutation_test().
///
/// The bootstrap draws stimuli as infer() does, and subjects of the first and of the second system
/// independently of each other, whose RDMs are then averaged: see crossed_bootstrap_variance(). Intervals are
/// value -+ t SE, with one degree of freedom less than the smallest of what is drawn has things. Where
/// nothing can be drawn (subjects alone, of which each system has one) there are none.
///
/// Bits do not depend on threads (those of the current task arena). A constant first or second RDM gives NaN,
/// a constant model 0 with p = 1.
///
/// Throws Error(data) for fewer than 3 stimuli, several times of `second`, or RDMs of different sizes;
/// Error(config) for options out of range or too much memory.
[[nodiscard]] FusionResult fuse(const SystemRdms& first, const SystemRdms& second,
                                std::span<const OrderedRdm> models, std::span<const OrderedRdm> controls,
                                const FusionOptions& options, const Progress& progress = {});

}  // namespace homolog::experiments
