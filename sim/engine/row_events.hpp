#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/network/window.hpp"

namespace homolog::sim {

/// Some channels of a source map as the windows of a gather kernel see it: blocks of positions.
struct SourceView {
  std::size_t width = 0;          ///< blocks in a row
  std::size_t pool = 1;           ///< positions of a row in a block
  std::size_t channels = 0;       ///< of the source
  std::size_t first_channel = 0;  ///< of the view
  std::size_t view_channels = 0;
  std::size_t kernel_h = 1;  ///< rows of a window, in blocks
};

/// The events that one row of windows reads during a block of steps, as a list per step: column of blocks
/// after column, in a column row after row. So the events of a window are neighbours, in the order in which
/// they are summed.
class RowEvents {
 public:
  /// Replaces the content by the events of the source rows rows[i].in, which the windows read through their
  /// row rows[i].kernel.
  void collect(const SourceView& view, const SourceRows& source, std::span<const Tap> rows);

  /// Of all steps: (x * kernel_h + row of the kernel) * view channels + channel, where x counts blocks.
  /// Ascending, but for blocks of several positions.
  [[nodiscard]] const UnitId* units() const noexcept { return units_.data(); }
  /// As units(); meaningful for graded events only.
  [[nodiscard]] const float* values() const noexcept { return values_.data(); }
  /// [W + 1]: events of `step` in column x are first[x] .. first[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* first(Step step) const noexcept {
    return first_.data() + std::size_t{step} * (width_ + 1);
  }
  /// Bit s: column x has an event in step s.
  [[nodiscard]] std::uint64_t active(std::size_t x) const noexcept { return active_[x]; }

  /// Bytes for `rows` source rows, at worst.
  [[nodiscard]] static std::uint64_t bytes(std::size_t width, std::size_t channels, std::size_t rows,
                                           Step steps, bool graded) noexcept;

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
