#pragma once

#include <Eigen/Core>
#include <vector>

#include "experiments/rsa/dissimilarity.hpp"

namespace homolog::experiments {

/// 1 - G_ij / sqrt(G_ii G_jj) from an upper Gram matrix G; 1 where i or j is marked as undefined.
[[nodiscard]] DissimilarityResult one_minus_normalised(const Eigen::MatrixXd& gram,
                                                       const std::vector<bool>& undefined);

}  // namespace homolog::experiments
