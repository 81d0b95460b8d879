#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

namespace homolog::experiments {

/// Number n of patterns whose n (n - 1) / 2 pairs these are. Throws Error(internal) if there is no such n.
[[nodiscard]] std::size_t pattern_count(std::size_t pairs);

/// The centred second moment matrix K = -1/2 H D H of an RDM D given by its pairs, with H = I - 1 1' / n;
/// [n, n], rows and columns sum to 0.
///
/// If D holds squared Euclidean distances (of whatever features: `euclidean` up to the factor 1 / P,
/// `correlation` those of standardised patterns), K is the Gram matrix of the patterns after each feature's
/// mean over patterns was taken out (classical scaling, Torgerson 1952, doi:10.1007/BF02288916). Any other D
/// has a K as well, with negative eigenvalues.
[[nodiscard]] Eigen::MatrixXd centred_kernel(std::span<const double> pairs);

/// Cosine of the angle between the centred kernels of two RDMs, sum_ij K_ij L_ij / sqrt(sum K^2 sum L^2),
/// over all i and j. NaN if either RDM is zero or has fewer than 2 patterns. Throws Error(data) for NaN.
[[nodiscard]] double kernel_cosine(std::span<const double> x, std::span<const double> y);

/// Throws Error(internal) unless both have the same length, Error(data) for NaN.
void check_pairs(std::span<const double> x, std::span<const double> y);

/// Whether all are 0 (also when there are none).
[[nodiscard]] bool all_zero(std::span<const double> pairs);

}  // namespace homolog::experiments
