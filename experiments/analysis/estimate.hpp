#pragma once

#include "sim/core/nan.hpp"

namespace homolog::experiments {

/// A value, and how sure it is: value -+ t standard_error. The latter three are NaN without inference.
struct Estimate {
  double value = kNaN;
  double standard_error = kNaN;
  double ci_low = kNaN;
  double ci_high = kNaN;
};

/// With the t of `level` and `dof` as `width`; an undefined value has no error.
[[nodiscard]] inline Estimate estimate_of(double value, double standard_error, double width) {
  const double error = value == value ? standard_error : value;
  return {.value = value,
          .standard_error = error,
          .ci_low = value - width * error,
          .ci_high = value + width * error};
}

}  // namespace homolog::experiments
