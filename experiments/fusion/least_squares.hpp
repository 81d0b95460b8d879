#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace homolog::experiments {

/// A predictor of which less than this share of its length is left after projection on other predictors is a
/// linear combination of them; so is a response that they explain to this share.
inline constexpr double kCollinear = 1e-10;

/// Values minus their weighted mean, times the root of the weights, divided by the length of that: the scalar
/// product of two is their weighted Pearson correlation. All 0 if the values are equal. Values and weights
/// (> 0) are equally many.
[[nodiscard]] std::vector<double> unit_vector(std::vector<double> values, std::span<const double> weights);

/// Least squares with every subset of k predictors. Subset s holds predictor p if bit p of s is set;
/// element s - 1 belongs to subset s = 1, ..., 2^k - 1, so that the last one holds all.
struct SubsetRegressions {
  std::vector<std::size_t> ranks{};    ///< [subset]: dimensions of what the subset spans
  std::vector<double> r_squared{};     ///< [response, subset], in [0, 1]
  std::vector<double> semi_partial{};  ///< [response, predictor], in [-1, 1]
  std::vector<double> partial{};       ///< [response, predictor], in [-1, 1]
};

/// Regresses each response on each subset of the predictors, all of them from unit_vector(), which gives the
/// regression its intercept.
///
/// The semi-partial correlation of a predictor is that of the response with what the other predictors leave
/// of it, its square the R^2 that it adds to them. The partial correlation is that of what they leave of
/// both.
///
/// By Householder QR with column pivoting: products of predictors are never formed. Collinear predictors
/// (kCollinear) count once; one that the others (or its being constant) leave nothing of has semi-partial and
/// partial correlation 0. NaN: everything of a constant response, and partial correlations where the others
/// explain the response. Bits depend on the vectors alone. Throws Error(internal) for more than 16
/// predictors.
[[nodiscard]] SubsetRegressions regress_on_subsets(std::span<const std::vector<double>> predictors,
                                                   std::span<const std::vector<double>> responses);

}  // namespace homolog::experiments
