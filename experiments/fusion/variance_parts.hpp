#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace homolog::experiments {

/// The parts of the explained variance from R^2 of every subset of k predictors, [2^k - 1], in the order of
/// SubsetRegressions. Element s - 1 is what exactly the predictors of subset s share and no other has: of one
/// predictor its unique part, R^2(all) - R^2(all others); of two, their commonality, and so on. By
/// inclusion-exclusion over the subsets u of s (with the empty one), K being all predictors and R^2 of none
/// 0,
///
///     part(s) = sum over u of (-1)^(|u| + 1) R^2((K \ s) + u).
///
/// All parts together are R^2(K). Parts of two and more can be negative: with suppression, or predictors of
/// opposite signs (Seibold & McPhee 1979, doi:10.1111/j.1468-2958.1979.tb00649.x; Nimon et al. 2008,
/// doi:10.3758/BRM.40.2.457).
[[nodiscard]] std::vector<double> variance_parts(std::span<const double> r_squared);

/// 1 - (1 - R^2) (m - 1) / (m - 1 - rank) with m pairs. NaN unless m > rank + 1. It takes pairs as
/// independent, which those that share a stimulus are not.
[[nodiscard]] double adjusted_r_squared(double r_squared, std::size_t pairs, std::size_t rank);

}  // namespace homolog::experiments
