#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/events.hpp"
#include "sim/network/kernels.hpp"

namespace homolog::sim {

/// A one-to-one kernel prepared for spikes.
class OneToOneScatter {
 public:
  explicit OneToOneScatter(const OneToOne& kernel) : target_(kernel.target), weight_(kernel.weight) {}
  /// z += contributions of `events`, in their order. Returns the number of contributions.
  std::uint64_t operator()(const Events& events, float* z) const;

 private:
  std::vector<UnitId> target_;
  std::vector<float> weight_;
};

}  // namespace homolog::sim
