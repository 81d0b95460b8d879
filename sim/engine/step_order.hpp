#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// The steps of a block in which a window has events, in the order in which they are worked on. Steps do not
/// depend on each other, so any order gives the same bits; with those of equally many events together,
/// processors predict where a list ends, and two lists that are summed alternately end together.
class StepOrder {
 public:
  /// Ascending by step. Bit s of `active`: step s has an event.
  void by_step(std::uint64_t active) noexcept;
  /// Ascending by the number of events, counts[step] (from kMany on all are alike), and by step.
  void by_count(std::uint64_t active, const std::array<std::uint32_t, kMostSteps>& counts) noexcept;

  [[nodiscard]] std::uint64_t active() const noexcept { return active_; }
  [[nodiscard]] std::span<const std::uint8_t> steps() const noexcept {
    return std::span(steps_).first(size_);
  }

  static constexpr std::uint32_t kMany = 127;

 private:
  std::uint64_t active_ = 0;
  std::size_t size_ = 0;
  std::array<std::uint8_t, kMostSteps> steps_{};
};

}  // namespace homolog::sim
