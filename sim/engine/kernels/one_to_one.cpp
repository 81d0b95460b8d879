#include "sim/engine/kernels/one_to_one.hpp"

namespace homolog::sim {

std::uint64_t OneToOneScatter::operator()(const Events& events, float* z) const {
  std::uint64_t contributions = 0;
  for (std::size_t e = 0; e < events.units.size(); ++e) {
    const UnitId unit = events.units[e];
    const UnitId target = target_[unit];
    if (target != kNoUnit) {
      z[target] += events.values == nullptr ? weight_[unit] : weight_[unit] * events.values[e];
      ++contributions;
    }
  }
  return contributions;
}

}  // namespace homolog::sim
