#pragma once

#include <cstdint>

#include "sim/engine/emission.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// Max pooling of values: the earliest of the first spikes in a window, or the largest of the binary
/// fractions.
class MaxValues {
 public:
  explicit MaxValues(const MaxPool& kernel);

  /// Writes the largest value of every window (0 where none is above 0) into the pooling's channels of `to`,
  /// values and bits. Returns the number of values > 0 that reached a window.
  std::uint64_t pool(const Emission& from, Emission& to) const;

 private:
  MaxPool kernel_;
  WindowTaps rows_;
  WindowTaps columns_;
};

}  // namespace homolog::sim
