#include "experiments/rsa/inference/crossed_variance.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace homolog::experiments {
namespace {

double sign_of(int parity) {
  return parity % 2 == 0 ? 1.0 : -1.0;
}

}  // namespace

double small_sample_factor(std::size_t n) {
  return static_cast<double>(n) / static_cast<double>(n - 1);
}

double crossed_bootstrap_variance(std::span<const double> draws, std::span<const std::size_t> sizes) {
  double variance = 0.0;
  double least = 0.0;
  for (std::uint32_t set = 1; set <= draws.size(); ++set) {
    double added = 0.0;
    for (std::uint32_t inner = set; inner != 0; inner = (inner - 1) & set) {  // every part of `set`
      added += sign_of(std::popcount(set) - std::popcount(inner)) * draws[inner - 1];
    }
    double factor = 1.0;
    for (std::size_t d = 0; d < sizes.size(); ++d) {
      factor *= (set >> d & 1U) != 0 ? small_sample_factor(sizes[d]) : 1.0;
    }
    variance += sign_of(std::popcount(set) + 1) * factor * added;
    if (std::has_single_bit(set)) {
      least = std::max(least, factor * draws[set - 1]);
    }
  }
  if (sizes.size() == 1 || std::isnan(variance)) {  // max() would hide that one is NaN
    return variance;
  }
  return std::min(std::max(variance, least), draws.back());
}

}  // namespace homolog::experiments
