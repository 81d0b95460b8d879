#pragma once

#include <cstdint>

#include "experiments/rsa/unit_blocks.hpp"

namespace homolog::experiments {

/// Estimated rates (x + lambda0 w) / (1 + w) of Poisson responses x: their posterior mean under a gamma prior
/// of mean lambda0 = 1 that counts as much as w = 0.1 observations (the values of rsatoolbox). Keeps the
/// logarithm of a silent unit finite.
inline constexpr double kPriorRate = 1.0;
inline constexpr double kPriorWeight = 0.1;

/// The rates of a block of responses. Throws Error(data), naming unit and stimulus, for a response below 0,
/// which no Poisson variable has. `first_unit` is the number of the block's first unit.
[[nodiscard]] RowMatrix poisson_rates(const Patterns& patterns, const RowMatrix& responses,
                                      std::int64_t first_unit);

/// sum_ij += sum over units of a_i log b_j + a_j log b_i, i <= j, with every unit's mean over stimuli taken
/// out of a and of log b: it cancels in the differences that pair_distances() makes of the sum.
/// `a` and `b` are rates, [count, units].
void add_rate_products(const RowMatrix& a, const RowMatrix& b, Eigen::MatrixXd& sum);

}  // namespace homolog::experiments
