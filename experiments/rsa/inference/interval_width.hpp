#pragma once

#include "experiments/rsa/inference/bootstrap_variance.hpp"

namespace homolog::experiments {

/// The t of value -+ t SE: the (1 + level) / 2 quantile of Student's t with n - 1 degrees of freedom, n the
/// number of things in the smaller of the resampled dimensions. These have at least 2.
[[nodiscard]] double interval_width(const BootstrapReplicates& replicates, double level);

}  // namespace homolog::experiments
