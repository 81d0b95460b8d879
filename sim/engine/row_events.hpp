#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// One row of a source map as bits and values per step, seen through some of its channels and in blocks of
/// positions.
struct SourceRow {
  PerStep<std::uint64_t> bits{};
  PerStep<float> values{};  ///< [source width, C], null for spikes
  std::size_t width = 0;    ///< positions of the view: blocks of `pool` positions of the source
  std::size_t pool = 1;
  std::size_t channels = 0;       ///< of the source
  std::size_t first_channel = 0;  ///< of the view
  std::size_t view_channels = 0;
  bool graded = false;
};

/// The events of one row of a source during a block of steps as sorted lists.
class RowEvents {
 public:
  /// Entries that may be read behind the last unit and value.
  static constexpr std::size_t kSlack = 32;

  /// Replaces the content by the events of `row`.
  void collect(const SourceRow& row, Step steps);

  /// Of all steps, in ascending order of the source unit: x * view channels + channel, where x is the number
  /// of the block; with `first` they fall into blocks.
  [[nodiscard]] const UnitId* units() const noexcept { return units_.data(); }
  /// As units(); meaningful for graded events only.
  [[nodiscard]] const float* values() const noexcept { return values_.data(); }
  /// [W + 1]: events of `step` at position x are first[x] .. first[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* first(Step step) const noexcept {
    return first_.data() + std::size_t{step} * (width_ + 1);
  }
  /// Bit s: position x has an event in step s.
  [[nodiscard]] std::uint64_t active(std::size_t x) const noexcept { return active_[x]; }

  /// Bytes for a row of `width` positions and `channels` channels, at worst.
  [[nodiscard]] static std::uint64_t bytes(std::size_t width, std::size_t channels, Step steps,
                                           bool graded) noexcept;

 private:
  void reserve(std::size_t size);

  std::size_t width_ = 0;
  std::size_t capacity_ = 0;
  AlignedBuffer<UnitId> units_{};
  std::vector<float> values_{};
  std::vector<std::uint32_t> first_{};
  std::vector<std::uint64_t> active_{};
};

}  // namespace homolog::sim
