#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/analysis/estimate.hpp"
#include "experiments/rsa/inference/ordered_rdm.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

/// Most predictors of a variance partitioning: 15 subsets.
inline constexpr std::size_t kMostSets = 4;

struct PartitionOptions {
  bool ranks = true;      ///< mid-ranks of the dissimilarities; else these themselves
  bool stimuli = false;   ///< bootstrap over stimuli
  bool subjects = false;  ///< bootstrap over subjects; ignored with one
  std::size_t samples = 1000;
  double level = 0.95;  ///< of confidence intervals
  std::uint64_t seed = 0;
  std::size_t max_memory = std::size_t{8} << 30U;  ///< bytes; more is an error before anything is allocated
};

/// What the memory of a partitioning depends on.
struct PartitionShape {
  std::size_t problems = 0;  ///< layers, say
  std::size_t sets = 0;      ///< predictors of each, up to kMostSets
  std::size_t subjects = 0;
  std::size_t stimuli = 0;
};

/// Bytes of the replicates of one problem with so many predictors, in one draw.
[[nodiscard]] std::uint64_t replicate_bytes(std::size_t sets);

/// Throws Error(config) where the replicates and a single draw need more than options.max_memory. With memory
/// for fewer draws than there are threads, some of these rest.
void check_memory(const PartitionShape& shape, const PartitionOptions& options);

/// The predictors of one variance partitioning, e.g. a layer in two codes and a category model.
using PredictorRdms = std::vector<const OrderedRdm*>;

/// How several RDMs share the variance of a reference's. Subsets are numbered as in SubsetRegressions.
struct VariancePartition {
  std::vector<std::size_t> ranks{};      ///< [subset]
  std::vector<Estimate> r_squared{};     ///< [subset]
  std::vector<double> adjusted{};        ///< [subset]: of the mean R^2, see adjusted_r_squared()
  std::vector<Estimate> parts{};         ///< [subset]: see variance_parts()
  std::vector<Estimate> semi_partial{};  ///< [predictor]: see SubsetRegressions
  std::vector<Estimate> partial{};       ///< [predictor]
};

/// Partitions the variance of the subjects' RDMs by ordinary least squares with intercept: one partition for
/// each element of `problems`, all numbers the mean over subjects of what each subject gives by itself (NaN
/// if it is for any).
///
/// The bootstrap draws as infer() does, with the same draws for the same seed: weighted least squares, the
/// pair (i, j) with weight m_i m_j, pairs of copies left out, ranks counting every copy. Intervals are value
/// -+ t SE, with the variance of bootstrap_variance() and min(stimuli, subjects) - 1 degrees of freedom over
/// what is drawn. Bits do not depend on threads (those of the current task arena).
///
/// Throws Error(data) for fewer than 3 stimuli, no subject, or RDMs of different sizes; Error(config) for
/// options out of range or too much memory, and more than kMostSets predictors; Error(internal) for none.
[[nodiscard]] std::vector<VariancePartition> partition_variance(std::span<const PredictorRdms> problems,
                                                                std::span<const OrderedRdm> subjects,
                                                                const PartitionOptions& options,
                                                                const Progress& progress = {});

}  // namespace homolog::experiments
