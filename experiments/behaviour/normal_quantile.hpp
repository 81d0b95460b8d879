#pragma once

namespace homolog::experiments {

/// The z below which a standard normal variable is with probability p: the inverse of its distribution
/// function, to rounding. -infinity at 0, +infinity at 1; NaN outside [0, 1].
[[nodiscard]] double normal_quantile(double p);

}  // namespace homolog::experiments
