#pragma once

#include <cstddef>
#include <vector>

#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/row_events.hpp"

namespace homolog::sim {

/// Lists of events for the target rows that a gather kernel is working on: each is made once, serves all
/// chunks of the target, and its memory is used again.
class RowCache {
 public:
  /// Forgets everything. `target_rows` neighbouring rows of the target will be worked on together.
  void begin(const GatherKernel& kernel, const SourceRows& source, std::size_t target_rows);

  /// The events that the windows of target row y read in a group of source channels.
  const RowEvents& row(std::size_t y, std::size_t group);

 private:
  const GatherKernel* kernel_ = nullptr;
  SourceRows source_{};
  std::size_t target_rows_ = 1;
  std::vector<RowEvents> entries_{};  ///< [y mod target rows][group]
  std::vector<std::size_t> held_{};   ///< target row of each entry, + 1; 0 is none
};

}  // namespace homolog::sim
