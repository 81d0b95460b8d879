#include "sim/correction/offset_spikes.hpp"

#include <algorithm>
#include <cmath>

namespace homolog::sim {

float shift_by_offset_spike(const PreparedUnit& unit) {
  constexpr float kMargin = 0.001F;  // beyond the threshold
  const bool fired = std::isfinite(unit.lowest_firing);
  const bool was_silent = std::isfinite(unit.highest_silent);
  if (unit.residual < 0.0F && fired) {
    return unit.initial - std::max(1.0F, unit.lowest_firing - (1.0F - kMargin));
  }
  if (unit.residual >= 1.0F && was_silent) {
    return unit.initial + std::max(1.0F, (1.0F + kMargin) - unit.highest_silent);
  }
  return unit.initial;
}

}  // namespace homolog::sim
