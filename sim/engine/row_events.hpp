#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/shape.hpp"
#include "sim/engine/aligned_buffer.hpp"
#include "sim/engine/row_list.hpp"
#include "sim/engine/step_order.hpp"
#include "sim/engine/tile.hpp"

namespace homolog::sim {

/// A source row that a row of windows reads, through one row of the kernel.
struct WindowRow {
  const RowList* list = nullptr;
  std::size_t kernel = 0;
};

/// Lists of events of several steps, for inner loops.
struct EventLists {
  const UnitId* units = nullptr;          ///< of all steps
  const float* values = nullptr;          ///< likewise, of weighted events
  const std::uint32_t* first = nullptr;   ///< [steps][columns]
  std::size_t columns = 0;                ///< width + 1
  const std::uint64_t* active = nullptr;  ///< [width]: bit s is set if the column has an event in step s
  const StepOrder* order = nullptr;       ///< [target positions]: steps in which their windows have events

  /// [width + 1]: events of `step` in column x are bounds[x] .. bounds[x + 1] - 1.
  [[nodiscard]] const std::uint32_t* bounds(Step step) const noexcept { return first + step * columns; }
};

/// The events that one row of windows reads during a block of steps, as a list per step: column of blocks
/// after column, in a column row after row. So the events of a window are neighbours, in the order in which
/// they are summed.
class RowEvents {
 public:
  /// Replaces the content by the events of `rows`, in ascending order of the source row. Where one row of
  /// single positions is all, its list is used as it is, and must live as long.
  void merge(const SourceView& view, std::span<const WindowRow> rows, Step steps, bool weighted);

  /// Units are numbered (x * kernel_h + row of the kernel) * view channels + channel, where x counts blocks;
  /// values are what multiplies the weights. Without an order of steps.
  [[nodiscard]] EventLists lists() const noexcept {
    return {.units = single_ == nullptr ? units_.data() : single_->units(),
            .values = single_ == nullptr ? values_.data() : single_->values(),
            .first = single_ == nullptr ? first_.data() : single_->first(0),
            .columns = width_ + 1,
            .active = active_.data()};
  }

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
