#include "sim/correction/residual_potential.hpp"

#include <limits>

namespace homolog::sim {

float silence_low_residual(const PreparedUnit& unit) {
  constexpr float kLow = 1e-3F;
  return unit.residual > kLow ? unit.initial : -std::numeric_limits<float>::infinity();
}

}  // namespace homolog::sim
