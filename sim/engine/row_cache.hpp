#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/row_events.hpp"

namespace homolog::sim {

/// Lists of events of the source rows that a gather kernel is reading: each row is listed once while target
/// rows go by, and its memory is used again.
class RowCache {
 public:
  /// Forgets everything. `target_rows` neighbouring rows of the target will be worked on together.
  void begin(const GatherKernel& kernel, const SourceRows& source, const Shape& source_shape,
             std::size_t target_rows);

  /// Points `rows` to the events that target row y needs for a group of source channels.
  void rows_for(std::size_t y, std::size_t group, std::vector<const RowEvents*>& rows);

 private:
  const GatherKernel* kernel_ = nullptr;
  SourceRows source_{};
  std::size_t width_ = 0;
  std::size_t channels_ = 0;
  std::size_t capacity_ = 0;               ///< rows
  std::vector<RowEvents> entries_{};       ///< [row mod capacity][group]
  std::vector<std::uint64_t> row_held_{};  ///< of each entry; kNone: nothing
};

}  // namespace homolog::sim
