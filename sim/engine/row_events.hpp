#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/row_list.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// A source row that a row of windows reads, through one row of the kernel.
struct WindowRow {
  const RowList* list = nullptr;
  std::size_t kernel = 0;
};

/// The events that one row of windows reads during a block of steps, as a list per step: column of blocks
/// after column, in a column row after row. So the events of a window are neighbours, in the order in which
/// they are summed.
class RowEvents {
 public:
  /// Replaces the content by the events of `rows`, in ascending order of the source row. Where one row of
  /// single positions is all, its list is used as it is, and must live as long.
  void merge(const SourceView& view, std::span<const WindowRow> rows, Step steps, bool weighted);

  /// Of all steps: (x * kernel_h + row of the kernel) * view channels + channel, where x counts blocks.
  [[nodiscard]] const UnitId* units() const noexcept {
    return single_ == nullptr ? units_.data() : single_->units();
  }
  /// As units(), what multiplies the weights; where events are weighted.
  [[nodiscard]] const float* values() const noexcept {
    return single_ == nullptr ? values_.data() : single_->values();
  }
  /// [width + 1]: events of `step` in column x are first[x] .. first[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* first(Step step) const noexcept {
    return single_ == nullptr ? first_.data() + std::size_t{step} * (width_ + 1) : single_->first(step);
  }
  /// Bit s: column x has an event in step s.
  [[nodiscard]] std::uint64_t active(std::size_t x) const noexcept { return active_[x]; }

 private:
  void mark_active(Step steps);

  std::size_t width_ = 0;
  const RowList* single_ = nullptr;
  GrowingBuffer<UnitId> units_{};
  GrowingBuffer<float> values_{};
  std::vector<std::uint32_t> first_{};
  std::vector<std::uint64_t> active_{};
};

}  // namespace homolog::sim
