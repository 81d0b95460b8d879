#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/engine/events.hpp"
#include "sim/network/kernels.hpp"

namespace homolog::sim {

/// A dense kernel prepared for spikes: an event of unit i adds row i of the weights to z.
class DenseScatter {
 public:
  explicit DenseScatter(const Dense& kernel);
  /// z += contributions of `events`, in their order. Returns the number of contributions.
  std::uint64_t operator()(const Events& events, float* z) const;

 private:
  AlignedBuffer<float> weights_;
  std::size_t channels_ = 0;
  std::size_t first_channel_ = 0;
};

}  // namespace homolog::sim
