#include "experiments/behaviour/normal_quantile.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

/// For 0 < p <= 1/2. Abramowitz & Stegun 26.2.23 is within 4.5e-4; each of Halley's steps triples the digits.
double lower_quantile(double p) {
  const double t = std::sqrt(-2.0 * std::log(p));
  double z =
      (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int step = 0; step < 2; ++step) {
    const double missed = 0.5 * std::erfc(-z / std::numbers::sqrt2) - p;
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
    const double newton = missed / density;
    z -= newton / (1.0 + 0.5 * z * newton);
  }
  return z;
}

}  // namespace

double normal_quantile(double p) {
  if (!(p >= 0.0 && p <= 1.0)) {
    return kNaN;
  }
  if (p == 0.0 || p == 1.0) {
    return p == 0.0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  return p <= 0.5 ? lower_quantile(p) : -lower_quantile(1.0 - p);
}

}  // namespace homolog::experiments
