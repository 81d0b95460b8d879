#pragma once

#include <cmath>

namespace homolog::conversion {

/// To 12 significant bits, so that the last bits of a float library do not decide spikes.
[[nodiscard]] inline float round_scale(float value) {
  int exponent = 0;
  const float mantissa = std::frexp(value, &exponent);
  return std::ldexp(std::round(std::ldexp(mantissa, 12)), exponent - 12);
}

}  // namespace homolog::conversion
