#pragma once

#include <Eigen/Core>

#include "experiments/rsa/rdm.hpp"

namespace homolog::experiments {

/// factor * (G_ii + G_jj - 2 G_ij) of an upper Gram matrix G: with factor 1 the squared distances of the
/// patterns whose products G holds.
[[nodiscard]] Rdm pair_distances(const Eigen::MatrixXd& gram, double factor);

/// Sets negative values to 0: what rounding leaves of a distance that cannot be negative.
void clamp_at_zero(Rdm& rdm);

}  // namespace homolog::experiments
