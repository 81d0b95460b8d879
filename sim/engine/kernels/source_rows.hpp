#pragma once

#include <algorithm>
#include <array>
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
  [[nodiscard]] bool is_signed() const noexcept { return emission->is_signed(); }
  /// Whether contributions are weight times something.
  [[nodiscard]] bool weighted() const noexcept { return graded() || is_signed(); }
  /// Steps of the block in which nothing can arrive yet.
  [[nodiscard]] Step silent() const noexcept { return std::min(steps, delay > first ? delay - first : 0); }

  /// Words of row y per step of the block; null where nothing has been emitted yet.
  void bits(std::size_t y, PerStep<std::uint64_t>& rows) const noexcept {
    std::fill_n(rows.begin(), silent(), nullptr);
    emission->rows(first + silent() - delay, steps - silent(), y, rows.data() + silent());
  }
  /// Events of row y in the block.
  [[nodiscard]] std::uint64_t count(std::size_t y) const noexcept {
    return emission->count(first + silent() - delay, steps - silent(), y);
  }
  /// The same for where spikes with signs are negative.
  void negative(std::size_t y, PerStep<std::uint64_t>& rows) const noexcept {
    for (Step s = 0; s < steps; ++s) {
      rows[s] = s < silent() ? nullptr : emission->negative(first + s - delay, y);
    }
  }
  /// The same for the values of graded events.
  void values(std::size_t y, PerStep<float>& rows) const noexcept {
    for (Step s = 0; s < steps; ++s) {
      rows[s] = s < silent() ? nullptr : emission->values(first + s - delay, y);
    }
  }
};

}  // namespace homolog::sim
