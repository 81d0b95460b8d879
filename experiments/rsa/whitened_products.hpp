#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/patterns.hpp"

namespace homolog::experiments {

/// Products of response patterns in the metric C^-1 of the noise covariance C, [count, count]; what is below
/// the diagonal is undefined. Defined up to terms that cancel in pair_distances().
struct WhitenedProducts {
  /// x_i' C^-1 x_j of the means over repetitions.
  Eigen::MatrixXd means{};
  /// Sum over repetitions k of e_ki' C^-1 e_kj, with e_ki the deviation of repetition k from the mean of
  /// stimulus i. Empty unless asked for.
  Eigen::MatrixXd deviations{};
};

enum class WhitenedParts { means, means_and_deviations };

/// Presentations (stimuli times repetitions) that a noise covariance with covariances can be estimated from:
/// all their products are in memory four times, 2 GB at most.
inline constexpr std::int64_t kMostPresentations = 8192;

/// The covariance is estimated as options.noise says. A covariance of all pairs of units is never formed
/// unless there are fewer units than degrees of freedom: everything follows from products of presentations
/// (Woodbury's identity). Units that never vary are left out of estimates that divide by their variance.
///
/// Throws Error(data) if C has no inverse: `full` with more units than degrees of freedom or with units that
/// are linear combinations of others, a unit that varies between stimuli but not between repetitions
/// (diagonal, full, shrinkage_diagonal), no variance between repetitions at all; and for more than
/// kMostPresentations with full, shrinkage_eye or shrinkage_diagonal.
[[nodiscard]] WhitenedProducts whitened_products(const Patterns& patterns,
                                                 const DissimilarityOptions& options, WhitenedParts parts);

}  // namespace homolog::experiments
