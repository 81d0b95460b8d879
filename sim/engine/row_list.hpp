#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/kernels/source_rows.hpp"

namespace homolog::sim {

/// Some channels of a source map as the windows of a gather kernel see it: blocks of positions.
struct SourceView {
  std::size_t width = 0;          ///< blocks in a row
  std::size_t pool = 1;           ///< positions of a row in a block
  std::size_t channels = 0;       ///< of the source
  std::size_t first_channel = 0;  ///< of the view
  std::size_t view_channels = 0;
  std::size_t kernel_h = 1;  ///< rows of a window, in blocks

  /// Positions of a row that belong to a block.
  [[nodiscard]] std::size_t positions() const noexcept { return width * pool; }
};

/// The events of one source row during a block of steps as a sorted list per step.
class RowList {
 public:
  /// Replaces the content by the events of row y.
  void collect(const SourceView& view, const SourceRows& source, std::size_t y);

  /// Of all steps, ascending in each: position * view channels + channel. kSlack more entries may be read.
  [[nodiscard]] const UnitId* units() const noexcept { return units_.data(); }
  /// As units(), what multiplies the weights; for graded events and spikes with signs.
  [[nodiscard]] const float* values() const noexcept { return values_.data(); }
  /// [positions + 1]: events of `step` at position x are first[x] .. first[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* first(Step step) const noexcept {
    return first_.data() + std::size_t{step} * (positions_ + 1);
  }

  /// Bytes for a row, at worst.
  [[nodiscard]] static std::uint64_t bytes(std::size_t positions, std::size_t channels, Step steps,
                                           bool weighted) noexcept;

  static constexpr std::size_t kSlack = 16;

 private:
  /// Values of the events of a step: value(unit of the row).
  template <class Value>
  void fill_values(const SourceView& view, Step step, const Value& value);

  std::size_t positions_ = 0;
  GrowingBuffer<UnitId> units_{};
  GrowingBuffer<float> values_{};
  std::vector<std::uint32_t> first_{};
};

}  // namespace homolog::sim
