#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/events.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// Average pooling prepared for spikes: an event adds to the same channel of every window around it.
class AveragePoolScatter {
 public:
  explicit AveragePoolScatter(const AveragePool& kernel);
  /// z += contributions of `events`, in their order. Returns the number of contributions.
  std::uint64_t operator()(const Events& events, float* z) const;

 private:
  std::size_t in_channels_ = 1;
  std::size_t in_width_ = 1;
  std::size_t out_channels_ = 1;
  std::size_t out_width_ = 1;
  std::size_t first_channel_ = 0;
  WindowTaps rows_;
  WindowTaps columns_;
  std::vector<float> position_weight_;
  std::vector<float> channel_weight_;
};

}  // namespace homolog::sim
