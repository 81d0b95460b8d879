#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/recording/bytes.hpp"
#include "experiments/recording/chunk_queue.hpp"
#include "experiments/recording/h5_write.hpp"

namespace homolog::experiments {

/// Shape of a column: a dataset [rows, row...], that grows row by row.
struct ColumnShape {
  std::string dataset{};       ///< path in the file
  std::vector<hsize_t> row{};  ///< extents of one row; empty: one element
  std::size_t element_size = 0;
  hsize_t rows = 0;  ///< final number of rows; ignored if `unlimited`
  bool unlimited = false;
};

/// One dataset of the results file while it is being written. Rows are collected until a chunk is full; full
/// chunks go through the ChunkQueue to the file and are never touched again. The incomplete last chunk
/// stays in memory (save() has it) until finish(). Not movable: chunks on their way point to it.
class Column {
 public:
  /// About 512 KiB a chunk: larger ones compress no better (docs/output-format.md), and each column holds
  /// one.
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 19U;

  /// Creates the dataset. Throws Error(output).
  static h5::Dataset create(hid_t parent, const std::string& name, hid_t type, const ColumnShape& shape,
                            const std::string& file);

  /// `dataset`: created by create(), or opened.
  Column(h5::Dataset dataset, hid_t in_memory, ColumnShape shape, std::string file, ChunkQueue& queue);
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

  /// Room for the next elements, at least one and at most `wanted`; to be filled and then claimed by
  /// advance(). For columns whose rows are single elements.
  template <class T>
  [[nodiscard]] std::span<T> room(std::size_t wanted) {
    const auto bytes = room_bytes(wanted * sizeof(T));
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  void advance(std::size_t bytes);

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
  [[nodiscard]] std::span<std::byte> room_bytes(std::size_t wanted);
  void push_chunk();
  void write_chunk(std::uint64_t index, std::uint64_t rows, std::span<const std::byte> packed);
  void set_rows(hsize_t rows);

  h5::Dataset dataset_;
  hid_t in_memory_;
  ColumnShape shape_;
  std::string file_;
  ChunkQueue* queue_;
  std::size_t row_bytes_;
  std::uint64_t chunk_rows_;
  std::uint64_t rows_ = 0;          ///< whole rows appended
  std::vector<std::byte> chunk_{};  ///< the incomplete chunk, of full size (or empty)
  std::size_t used_ = 0;            ///< bytes of it in use
};

}  // namespace homolog::experiments
