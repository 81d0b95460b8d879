#pragma once

#include <cstddef>
#include <vector>

#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/row_events.hpp"
#include "sim/engine/row_list.hpp"

namespace homolog::sim {

/// The source row of a kernel of one position, as the emission has it.
struct RowBits {
  PerStep<std::uint64_t> words{};  ///< null in steps in which nothing can arrive
  bool sparse = false;             ///< at most half of the units have an event in a step, on average
};

/// Lists of events for the target rows that a gather kernel is working on. Each source row is listed once
/// while target rows go by, each target row is merged once and serves all chunks; memory is used again.
class RowCache {
 public:
  /// Forgets everything. `target_rows` neighbouring rows of the target will be worked on together.
  void begin(const GatherKernel& kernel, const SourceRows& source, std::size_t target_rows);

  /// The events that the windows of target row y read in a group of source channels; valid until a row is
  /// asked for that does not belong to the same `target_rows`.
  EventLists row(std::size_t y, std::size_t group);

  /// What target row y reads of all groups, if the kernel reads_positions(); not listed.
  const RowBits& bits(std::size_t y);

 private:
  const RowList& list(std::size_t source_row, std::size_t group);

  const GatherKernel* kernel_ = nullptr;
  SourceRows source_{};
  std::size_t target_rows_ = 1;
  std::size_t source_rows_ = 1;
  std::vector<RowEvents> rows_{};                 ///< [y mod target rows][group]
  std::vector<std::vector<StepOrder>> orders_{};  ///< likewise, of each target position
  std::vector<std::size_t> row_held_{};           ///< y of each entry, + 1; 0 is none
  std::vector<RowList> lists_{};                  ///< [source row mod source rows][group]
  std::vector<std::size_t> list_held_{};
  std::vector<WindowRow> window_{};
  std::vector<RowBits> bits_{};  ///< [y mod target rows]
  std::vector<std::size_t> bits_held_{};
};

}  // namespace homolog::sim
