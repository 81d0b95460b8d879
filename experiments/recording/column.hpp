#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/recording/bytes.hpp"
#include "experiments/recording/chunk_queue.hpp"
#include "experiments/recording/chunked_dataset.hpp"

namespace homolog::experiments {

/// One dataset of the results file while it is being written. Rows are collected until a chunk is full; full
/// chunks go through the ChunkQueue to the file and are never touched again. The incomplete last chunk
/// stays in memory (save() has it) until finish(). Not movable: chunks on their way point to it.
class Column {
 public:
  Column(ChunkedDataset dataset, ChunkQueue& queue) : dataset_(std::move(dataset)), queue_(&queue) {}
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

  /// Appends whole rows.
  void append(std::span<const std::byte> rows);

  /// Sends the incomplete chunk on its way, padded. Afterwards nothing can be appended.
  void finish();

  /// Reads rows [first, first + count); what is in the queue must have been drained.
  void read(std::uint64_t first, std::uint64_t count, std::span<std::byte> out) const;

  void save(ByteWriter& out) const;
  /// False if the file does not have what was saved.
  [[nodiscard]] bool load(ByteReader& in);

 private:
  [[nodiscard]] std::size_t chunk_bytes() const noexcept {
    return dataset_.chunk_rows() * dataset_.row_bytes();
  }
  void push_chunk();

  ChunkedDataset dataset_;
  ChunkQueue* queue_;
  std::uint64_t rows_ = 0;          ///< appended
  std::vector<std::byte> chunk_{};  ///< the incomplete chunk
};

}  // namespace homolog::experiments
