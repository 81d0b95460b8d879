#include "sim/network/phases.hpp"

#include <cmath>

namespace homolog::sim {

float worth(Step step, Step phases) noexcept {
  return phases == 0 ? 1.0F : std::ldexp(1.0F, -1 - static_cast<int>(step % phases));
}

double summed_worth(Step steps, Step phases) noexcept {
  if (phases == 0) {
    return static_cast<double>(steps);
  }
  const auto of_first = [](Step first) { return 1.0 - std::ldexp(1.0, -static_cast<int>(first)); };
  return static_cast<double>(steps / phases) * of_first(phases) + of_first(steps % phases);
}

float current_share(Step step, Step phases, bool at_onset) noexcept {
  if (phases == 0 || !at_onset) {
    return worth(step, phases);
  }
  return step % phases == 0 ? static_cast<float>(summed_worth(phases, phases)) : 0.0F;
}

float least_worth(Step phases) noexcept {
  return phases == 0 ? 1.0F : worth(phases - 1, phases);
}

}  // namespace homolog::sim
