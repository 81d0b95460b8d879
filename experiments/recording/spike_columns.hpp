#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/recording/bytes.hpp"
#include "experiments/recording/chunk_queue.hpp"
#include "experiments/recording/chunked_dataset.hpp"
#include "experiments/recording/packed_spikes.hpp"
#include "experiments/recording/run_deflate.hpp"

namespace homolog::experiments {

/// The two datasets of one layer that have a row for every spike, timestamps and node_ids, while they are
/// being written. No spike is ever 16 bytes in memory: a chunk is collected as runs of spikes that share
/// their step, runs that share their page, and a byte each for the rest, which is all that
/// deflate_runs() needs. Otherwise as Column.
class SpikeColumns {
 public:
  /// `timestamps` [spikes] f64, `node_ids` [spikes] u64, of a layer of so many neurons.
  SpikeColumns(ChunkedDataset timestamps, ChunkedDataset node_ids, std::uint64_t neurons, ChunkQueue& queue);
  SpikeColumns(const SpikeColumns&) = delete;
  SpikeColumns& operator=(const SpikeColumns&) = delete;

  [[nodiscard]] std::uint64_t neurons() const noexcept { return neurons_; }
  /// Spikes appended.
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

  /// `times`: of each step, ms. `spikes` must have as many steps, and neurons().
  void append(const PackedSpikes& spikes, std::span<const double> times);

  /// Sends the incomplete chunk on its way, padded. Afterwards nothing can be appended.
  void finish();

  /// node_ids [first, last); what is in the queue must have been drained.
  [[nodiscard]] std::vector<std::uint64_t> node_ids(std::uint64_t first, std::uint64_t last) const;

  void save(ByteWriter& out) const;
  /// False if the file does not have what was saved.
  [[nodiscard]] bool load(ByteReader& in);

 private:
  /// Spikes of one chunk.
  struct Chunk {
    std::vector<NumberRun> times{};      ///< bits of the time
    std::vector<NumberRun> pages{};      ///< first neuron of the page
    std::vector<std::uint8_t> places{};  ///< one per spike

    void add(double time, std::uint64_t page, std::span<const std::uint8_t> places_of_page);
  };
  void push_chunk();

  ChunkedDataset timestamps_;
  ChunkedDataset node_ids_;
  std::uint64_t neurons_;
  ChunkQueue* queue_;
  std::uint64_t rows_ = 0;
  Chunk chunk_{};  ///< the incomplete one
};

}  // namespace homolog::experiments
