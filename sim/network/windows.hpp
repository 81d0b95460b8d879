#pragma once

#include <cstdint>
#include <vector>

#include "sim/network/network.hpp"

namespace homolog::sim {

/// The windows of time of a network of window neurons.
struct Windows {
  /// Number of the window in which each population answers, from 0: the one after the last of its sources'.
  /// Relays, gates and the readout: that of the last of their sources.
  std::vector<std::uint32_t> of{};
  std::uint32_t count = 1;  ///< after the last one the readout is complete
};

/// Throws Error(internal) if the network has a cycle.
[[nodiscard]] Windows windows_of(const Network& network);

}  // namespace homolog::sim
