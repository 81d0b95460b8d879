#pragma once

#include <cstddef>
#include <vector>

#include "sim/engine/kernels/gather.hpp"
#include "sim/engine/kernels/gather_windows.hpp"
#include "sim/engine/kernels/source_rows.hpp"
#include "sim/engine/kernels/window_units.hpp"
#include "sim/engine/row_events.hpp"
#include "sim/engine/row_list.hpp"
#include "sim/engine/spike_trains.hpp"
#include "sim/engine/unit_events.hpp"

namespace homolog::sim {

/// The source row of a kernel of one position, as the emission has it.
struct RowBits {
  PerStep<std::uint64_t> words{};  ///< null in steps in which nothing can arrive
  bool sparse = false;             ///< at most half of the units have an event in a step, on average
};

/// The source rows of a row of windows, unit by unit.
struct RowTrains {
  std::vector<TrainRow> rows{};
  bool pay = false;  ///< whether that is the faster way
};

/// The same as lists over all steps.
struct RowUnits {
  std::vector<UnitRow> rows{};
  bool pay = false;  ///< whether that is the faster way
};

/// The events of the target rows that a gather kernel is working on: lists, or what costs less where few
/// channels receive. Each source row is listed once
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

  /// The spikes that the windows of target row y read, unit by unit, if the kernel reads_trains(); valid as
  /// row().
  const RowTrains& trains(std::size_t y);
  /// The same as lists over all steps, if the kernel reads_units().
  const RowUnits& units(std::size_t y);
  /// As the kernel takes them.
  [[nodiscard]] UnitWindow window_of(const RowUnits& units) const;
  /// With room for those of a window.
  GatherTrains room_for(const RowTrains& trains);

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
  std::vector<RowTrains> row_trains_{};  ///< [y mod target rows]
  std::vector<std::size_t> row_trains_held_{};
  std::vector<SpikeTrains> trains_{};  ///< [source row mod source rows]
  std::vector<std::size_t> trains_held_{};
  std::vector<RowUnits> row_units_{};  ///< [y mod target rows]
  std::vector<std::size_t> row_units_held_{};
  std::vector<UnitEvents> units_{};  ///< [source row mod source rows]
  std::vector<std::size_t> units_held_{};
  std::vector<std::uint64_t> spikes_{};  ///< likewise
  std::vector<std::size_t> spikes_held_{};
  GrowingBuffer<std::uint32_t> window_rows_{};
  GrowingBuffer<std::uint64_t> window_trains_{};
};

}  // namespace homolog::sim
