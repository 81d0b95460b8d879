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

/// Mean over units of every pattern (of its mean over repetitions), and whether it is constant (the same
/// value in all units, exactly).
struct PatternMeans {
  Eigen::VectorXd mean{};
  std::vector<bool> constant{};
};

[[nodiscard]] PatternMeans pattern_means(const Patterns& patterns, const Progress& progress = {},
                                         std::int64_t block_units = kBlockUnits);

}  // namespace homolog::experiments
