#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "experiments/recording/column.hpp"
#include "experiments/recording/results_file.hpp"
#include "experiments/recording/spike_columns.hpp"

namespace homolog::experiments {

/// Everything in a results file that grows with each presentation: /spikes, /counts, /readout/spiking and
/// /activity.
class RunColumns {
 public:
  /// `create`: makes the datasets; else opens them.
  RunColumns(hid_t file, const RunHeader& header, const std::vector<LayerRecord>& layers,
             std::int64_t stimuli, bool create, const std::string& path, ChunkQueue& queue);

  /// Presentations appended.
  [[nodiscard]] std::int64_t finished() const noexcept;
  /// Throws Error(internal), before anything is changed, if the record does not fit the layers.
  void append(const PresentationRecord& record);
  /// Sends the incomplete chunks on their way.
  void finish();

  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);

  /// As in ResultsFile; the queue must have been drained.
  [[nodiscard]] std::vector<float> readout(std::int64_t stimulus) const;
  [[nodiscard]] std::vector<std::uint64_t> layer_spikes() const;
  [[nodiscard]] std::uint64_t synaptic_operations() const;
  [[nodiscard]] std::vector<std::uint64_t> clipped() const;
  [[nodiscard]] std::vector<std::uint32_t> counts(std::size_t layer, std::int64_t stimulus) const;

 private:
  /// Columns of one layer, where it has them.
  struct Layer {
    std::size_t units = 0;
    SpikeColumns* spikes = nullptr;
    Column* timestamps = nullptr;  ///< in place of `spikes` in a windowed run
    Column* node_ids = nullptr;
    Column* stimulus_offsets = nullptr;
    Column* counts = nullptr;
  };
  void check(const PresentationRecord& record) const;
  void append_spikes(Layer& layer, const PresentationRecord& record, std::size_t train, double onset);

  RunHeader header_;
  std::deque<Column> columns_{};  ///< in the order of their creation; addresses stay
  std::deque<SpikeColumns> spike_columns_{};
  std::vector<Layer> layers_{};
  Column* readout_ = nullptr;              ///< [stimulus, step, class]
  Column* spikes_ = nullptr;               ///< [stimulus, layer]
  Column* synaptic_operations_ = nullptr;  ///< [stimulus]
  Column* window_length_ = nullptr;        ///< [stimulus, layer], of a windowed run
  Column* clipped_ = nullptr;              ///< [stimulus, layer], of a windowed run
};

}  // namespace homolog::experiments
