#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// Contributions to neighbouring channels of one target position from as many neighbouring units of a source,
/// channel by channel: what average pooling, depthwise convolution and one-to-one kernels are made of.
struct LaneEvents {
  std::array<std::uint64_t, kMostSteps> bits{};      ///< per step: lanes of the chunk that receive
  std::array<std::uint64_t, kMostSteps> negative{};  ///< spikes with signs: lanes that receive the
                                                     ///< opposite; valid in active steps
  PerStep<float> values{};   ///< graded events: value of lane 0 (may lie before the row); else null
  std::uint64_t active = 0;  ///< steps with any bit
  bool graded = false;
  bool is_signed = false;
};

/// Reads `count` <= 64 units of a source row from unit `first` on as lanes `lane`, lane + 1, ...: bits [step]
/// are the row's words, null where there is none. Returns the number of events.
std::uint64_t read_lanes(const PerStep<std::uint64_t>& bits, Step steps, std::size_t first, std::size_t count,
                         std::size_t lane, LaneEvents& events);

/// Rows of a source during a block of steps, null where there are none: bits always, values or where spikes
/// are negative if the source has them.
struct LaneRows {
  PerStep<std::uint64_t> bits{};
  PerStep<std::uint64_t> negative{};
  PerStep<float> values{};
  bool graded = false;
  bool is_signed = false;

  void point_to(const SourceRows& source, std::size_t y);
};

/// As read_lanes(rows.bits, ...), with values or signs.
std::uint64_t read_lanes(const LaneRows& rows, Step steps, std::size_t first, std::size_t count,
                         std::size_t lane, LaneEvents& events);

/// tile.z += weights[lane] (times the value, rounded, or the sign) for every event at position x; weights
/// [chunk.width].
void add_lanes(const LaneEvents& events, const float* weights, std::size_t x, const Tile& tile);

}  // namespace homolog::sim
