#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>

#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/progress.hpp"

namespace homolog::experiments {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What is done with a block of units; `first` is the number of its first unit.
using BlockUse = std::function<void(RowMatrix& block, std::int64_t first)>;

/// Calls use() for all blocks of units in order, from the calling thread, while the next block is read in
/// another thread of the current TBB arena. A block is [repetitions * count,
/// units of the block] in double: all stimuli of the first repetition, then of the second, ... Throws
/// Error(data) for a response that is not finite, naming stimulus and unit.
void for_each_presentation_block(const Patterns& patterns, std::int64_t block_units, const Progress& progress,
                                 const BlockUse& use);

/// The same with the mean over repetitions, taken in double: blocks are [count, units of the block].
void for_each_mean_block(const Patterns& patterns, std::int64_t block_units, const Progress& progress,
                         const BlockUse& use);

/// Mean over repetitions of [repetitions * count, units]: [count, units].
[[nodiscard]] RowMatrix mean_over_repetitions(const RowMatrix& block, std::int64_t repetitions);

/// Subtracts every unit's mean over the rows. Differences of rows stay as they are, and products of rows
/// that are large and nearly equal do not cancel.
void centre_units(Eigen::Ref<RowMatrix> block);

}  // namespace homolog::experiments
