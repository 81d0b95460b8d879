#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// Contributions to neighbouring channels of one target position from as many neighbouring units of a source,
/// channel by channel: what average pooling, depthwise convolution and one-to-one kernels are made of.
struct LaneEvents {
  std::array<std::uint64_t, kMostSteps> bits{};  ///< per step: lanes of the chunk that receive
  PerStep<float> values{};   ///< graded events: value of lane 0 (may lie before the row); else null
  std::uint64_t active = 0;  ///< steps with any bit
  bool graded = false;
};

/// Reads `count` <= 64 units of a source row from unit `first` on as lanes `lane`, lane + 1, ...: bits [step]
/// are the row's words, null where there is none. Returns the number of events.
std::uint64_t read_lanes(const PerStep<std::uint64_t>& bits, Step steps, std::size_t first, std::size_t count,
                         std::size_t lane, LaneEvents& events);

/// Makes them graded: with the row's values.
void point_lanes(const PerStep<float>& values, std::size_t first, std::size_t lane, LaneEvents& events);

/// tile.z += weights[lane] (times the value, rounded) for every event at position x; weights [chunk.width].
void add_lanes(const LaneEvents& events, const float* weights, std::size_t x, const Tile& tile);

}  // namespace homolog::sim
