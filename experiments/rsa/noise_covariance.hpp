#pragma once

#include "sim/core/registry.hpp"

namespace homolog::experiments {

/// How the covariance over units of the noise is estimated, from the deviations of the repetitions of each
/// stimulus from their mean. With n stimuli and r repetitions these are m = n r rows x_k with
/// n (r - 1) degrees of freedom (dof).
enum class NoiseCovariance {
  none,      ///< not at all: the identity matrix
  diagonal,  ///< variances only: sum_k x_ku^2 / dof
  full,      ///< S = sum_k x_k x_k' / dof; has an inverse only if dof >= units
  /// Ledoit & Wolf 2004, doi:10.1016/S0047-259X(03)00096-4: S shrunk towards its mean variance times the
  /// identity, with the intensity that is optimal in mean square.
  shrinkage_eye,
  /// Schaefer & Strimmer 2005, doi:10.2202/1544-6115.1175: the correlations shrunk towards 0.
  shrinkage_diagonal,
};

/// Every estimate by the name that the configuration uses.
[[nodiscard]] Registry<NoiseCovariance> noise_covariances();

}  // namespace homolog::experiments
