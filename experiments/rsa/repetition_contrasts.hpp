#pragma once

#include "experiments/rsa/unit_blocks.hpp"

namespace homolog::experiments {

/// Of a block [repetitions * count, units] (see for_each_presentation_block) of the same shape: first the
/// means over repetitions, minus each unit's mean over stimuli; then, in groups of `count` rows, the
/// repetitions - 1 Helmert contrasts (z_0 + ... + z_{c-1} - c z_c) / sqrt(c (c + 1)) of the repetitions z,
/// c = 1, 2, ...
///
/// These are an orthonormal basis of the deviations from the mean: sums over repetitions of products of
/// deviations are sums over contrasts of products of contrasts, with one row less and without cancelling.
/// A unit that never varies is exactly 0 in all rows.
[[nodiscard]] RowMatrix means_and_contrasts(const RowMatrix& block, Eigen::Index repetitions);

/// The deviations [repetitions * count, units] that belong to contrasts [(repetitions - 1) * count, units].
[[nodiscard]] RowMatrix deviations_of(const Eigen::Ref<const RowMatrix>& contrasts, Eigen::Index repetitions);

}  // namespace homolog::experiments
