#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/events.hpp"
#include "sim/network/kernels.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// The windows of one max pooling, prepared for spikes.
class MaxPoolWindows {
 public:
  explicit MaxPoolWindows(const MaxPool& kernel);

  /// Counts the spikes of `events` in `counts` [source units] and raises `maxima` [target units] where a
  /// count has overtaken the maximum of a window; `risen` gets the bits of those units set. Since a
  /// source spikes at most once a step, a maximum rises by at most 1.
  /// Returns the number of deliveries, (spike, window) pairs.
  std::uint64_t operator()(std::span<const UnitId> spikes, std::span<std::uint32_t> counts,
                           std::span<std::uint32_t> maxima, std::span<std::uint64_t> risen) const;

 private:
  std::size_t in_channels_ = 1;
  std::size_t in_width_ = 1;
  std::size_t out_channels_ = 1;
  std::size_t out_width_ = 1;
  std::size_t first_channel_ = 0;
  WindowTaps rows_;
  WindowTaps columns_;
};

/// Writes the numbers of the set bits to `fired`, ascending, clears the bits, returns how many.
std::size_t take_set_bits(std::span<std::uint64_t> bits, UnitId* fired);

}  // namespace homolog::sim
