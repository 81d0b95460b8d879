#pragma once

#include <cstddef>

#include "sim/engine/emission.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// What arrives over one projection during a block of steps: the source's emission, `delay` steps late.
struct SourceRows {
  const Emission* emission = nullptr;
  Step first = 0;  ///< step of the target with which the block begins
  Step steps = 0;
  Step delay = 0;

  [[nodiscard]] bool graded() const noexcept { return emission->graded(); }

  /// Row y per step of the block; null where nothing has been emitted yet.
  void row(std::size_t y, PerStep<std::uint64_t>& bits, PerStep<float>& values) const noexcept {
    for (Step s = 0; s < steps; ++s) {
      const bool emitted = first + s >= delay;
      bits[s] = emitted ? emission->row(first + s - delay, y) : nullptr;
      values[s] = emitted ? emission->values(first + s - delay, y) : nullptr;
    }
  }
};

}  // namespace homolog::sim
