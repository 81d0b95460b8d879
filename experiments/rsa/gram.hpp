#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <vector>

#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/progress.hpp"
#include "experiments/rsa/unit_blocks.hpp"

namespace homolog::experiments {

/// Applied to every block [count, units of the block] before its products are summed, e.g. centring.
using BlockTransform = std::function<void(RowMatrix&)>;

/// Sum over units u of x_iu x_ju, for i <= j; what is below the diagonal is undefined. Of several repetitions
/// x is the mean.
///
/// Sums in double. Blocks of units are added one after the other, and each block's products are computed
/// in fixed tiles that the threads of the current TBB arena share: the bits do not depend on the number
/// of threads. Memory: count^2 + 2 count * block_units doubles. Throws Error(data) for a value that is
/// not finite, naming pattern and unit.
[[nodiscard]] Eigen::MatrixXd upper_gram(const Patterns& patterns, const BlockTransform& transform,
                                         const Progress& progress = {},
                                         std::int64_t block_units = kBlockUnits);

/// Gram matrix of the patterns minus their own means over units.
struct CentredGram {
  Eigen::MatrixXd gram{};        ///< [count, count]; what is below the diagonal is undefined
  std::vector<bool> constant{};  ///< patterns with the same value in all units, exactly
};

/// In one pass: G_ij - s_i s_j / P of the responses minus each pattern's mean over the first block, with
/// sums s. What is subtracted is at most P / block_units times what remains (a first block of B units whose
/// mean is d away from that of all P adds at least B d^2 to the sum of squares), so at most 4 of 16 digits
/// are lost with a million units, however large the common mean. Bits, memory and errors as upper_gram().
[[nodiscard]] CentredGram centred_upper_gram(const Patterns& patterns, const Progress& progress = {},
                                             std::int64_t block_units = kBlockUnits);

}  // namespace homolog::experiments
