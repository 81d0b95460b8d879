#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Arithmetic mean; NaN of nothing.
[[nodiscard]] double mean(std::span<const double> values);

/// Ranks 1, 2, ..., m; equal values share the mean of their ranks (mid-ranks). Throws Error(data) for NaN.
[[nodiscard]] std::vector<double> mid_ranks(std::span<const double> values);

/// Pearson's r of two vectors of the same length, sums in double after subtracting the means; in [-1, 1].
/// NaN if either is constant, or shorter than 2. Throws Error(data) for NaN.
[[nodiscard]] double pearson_correlation(std::span<const double> x, std::span<const double> y);

/// Cosine of the angle between two vectors; NaN if either is zero. Throws Error(data) for NaN.
[[nodiscard]] double cosine_similarity(std::span<const double> x, std::span<const double> y);

/// How the pairs (k, l), k < l, of m observations are ordered in two vectors.
struct PairOrder {
  std::int64_t pairs = 0;       ///< m (m - 1) / 2
  std::int64_t concordant = 0;  ///< same order in both
  std::int64_t discordant = 0;  ///< opposite order
  std::int64_t tied_x = 0;      ///< equal in x (and perhaps in y)
  std::int64_t tied_y = 0;      ///< equal in y (and perhaps in x)
};

/// Counts in O(m log m), by the number of exchanges that a merge sort makes (Knight 1966,
/// doi:10.1080/01621459.1966.10480879). Vectors of the same length. Throws Error(data) for NaN.
[[nodiscard]] PairOrder pair_order(std::span<const double> x, std::span<const double> y);

}  // namespace homolog::experiments
