#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "experiments/brain/response_file.hpp"
#include "experiments/predictivity/score.hpp"

namespace homolog::experiments {

/// Mean over repetitions, without those that are missing, [stimulus, unit]; NaN where all are.
[[nodiscard]] Eigen::MatrixXd mean_responses(const Responses& responses);

/// Reliability of a test of twice the length of a half: 2 r / (1 + r). Spearman 1910, Brown 1910
/// (doi:10.1111/j.2044-8295.1910.tb00206.x, doi:10.1111/j.2044-8295.1910.tb00207.x). NaN for r = -1.
[[nodiscard]] double spearman_brown(double r);

/// How reliable the mean responses are, by split halves: the repetitions are split at random into floor(R /
/// 2) and the others, the same for all stimuli and units; each half is averaged; Pearson's r of the halves
/// over stimuli, corrected by Spearman and Brown, for each unit. As Brain-Score's internal consistency. A
/// ceiling of scores r^2 / ceiling, not of r.
///
/// A stimulus that has no presentation in one of the halves is left out of this unit's r; with fewer than
/// 3 left, with a constant half or with fewer than 2 repetitions r is NaN.
[[nodiscard]] UnitScores internal_consistency(const Responses& responses, std::size_t splits,
                                              std::uint64_t seed);

}  // namespace homolog::experiments
