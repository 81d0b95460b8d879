#pragma once

#include "experiments/rsa/comparison.hpp"

namespace homolog::experiments {

// Weighted forms of comparisons (WeightedForm), to be given to Comparison::weighted where a comparison is
// registered. Weights are how often a pair occurs: copies of a pair are ties of each other.

/// Pearson's r of the values: for `pearson` (Scale::interval) and `spearman` (Scale::ordinal).
[[nodiscard]] WeightedForm weighted_correlation();

/// Square of weighted_correlation(): for `spearman_squared`.
[[nodiscard]] WeightedForm weighted_correlation_squared();

/// Cosine of the angle: for `cosine`.
[[nodiscard]] WeightedForm weighted_cosine();

/// rho-a, 12 sum of r_x r_y / (W^3 - W) with centred mid-ranks r and W the sum of weights: the mean of
/// Spearman's rho over all orders of tied values (Schuett et al. 2023, doi:10.7554/eLife.82566). For a
/// comparison with Scale::ordinal. NaN if either is constant.
[[nodiscard]] WeightedForm weighted_rho_a();

/// Kendall's tau-b and tau-a: for `kendall` and `kendall_tau_a` (Scale::ordinal). O(m log m).
[[nodiscard]] WeightedForm weighted_kendall_tau_b();
[[nodiscard]] WeightedForm weighted_kendall_tau_a();

}  // namespace homolog::experiments
