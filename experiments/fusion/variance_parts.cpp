#include "experiments/fusion/variance_parts.hpp"

#include <bit>
#include <cstdint>

#include "sim/core/nan.hpp"

namespace homolog::experiments {

std::vector<double> variance_parts(std::span<const double> r_squared) {
  const auto all = static_cast<std::uint32_t>(r_squared.size());  // 2^k - 1: every bit
  const auto of = [&](std::uint32_t subset) { return subset == 0 ? 0.0 : r_squared[subset - 1]; };
  std::vector<double> parts;
  for (std::uint32_t subset = 1; subset <= all; ++subset) {
    double part = 0.0;
    for (std::uint32_t inner = subset;;
         inner = (inner - 1) & subset) {  // every subset of `subset`, down to 0
      const double sign = std::popcount(inner) % 2 == 1 ? 1.0 : -1.0;
      part += sign * of((all & ~subset) | inner);
      if (inner == 0) {
        break;
      }
    }
    parts.push_back(part);
  }
  return parts;
}

double adjusted_r_squared(double r_squared, std::size_t pairs, std::size_t rank) {
  if (pairs <= rank + 1) {
    return kNaN;
  }
  const auto degrees = static_cast<double>(pairs - 1);
  return 1.0 - (1.0 - r_squared) * degrees / (degrees - static_cast<double>(rank));
}

}  // namespace homolog::experiments
