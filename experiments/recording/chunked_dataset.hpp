#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/recording/h5_write.hpp"

namespace homolog::experiments {

/// Shape of a dataset [rows, row...] that is written row by row.
struct ColumnShape {
  std::string dataset{};       ///< path in the file
  std::vector<hsize_t> row{};  ///< extents of one row; empty: one element
  std::size_t element_size = 0;
  hsize_t rows = 0;  ///< final number of rows; ignored if `unlimited`
  bool unlimited = false;
};

/// A dataset to which compressed chunks are added, one after the other.
class ChunkedDataset {
 public:
  /// About 512 KiB a chunk: larger ones compress no better (docs/output-format.md).
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 19U;

  /// Creates the dataset. Throws Error(output).
  static h5::Dataset create(hid_t parent, const std::string& name, hid_t type, const ColumnShape& shape,
                            const std::string& file);

  /// `dataset`: created by create(), or opened.
  ChunkedDataset(h5::Dataset dataset, hid_t in_memory, ColumnShape shape, std::string file);

  [[nodiscard]] const ColumnShape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::size_t row_bytes() const noexcept { return row_bytes_; }
  [[nodiscard]] std::uint64_t chunk_rows() const noexcept { return chunk_rows_; }

  /// Adds a chunk as the filters would leave it. The last of its rows is rows - 1: where that does not fill
  /// the chunk, it is padded.
  void write_chunk(std::uint64_t rows, std::span<const std::byte> packed);
  /// Reads rows [first, first + count).
  void read(std::uint64_t first, std::uint64_t count, std::span<std::byte> out) const;
  /// Whether the dataset in the file is as long as after `rows` rows.
  [[nodiscard]] bool has_rows(std::uint64_t rows) const;

 private:
  h5::Dataset dataset_;
  hid_t in_memory_;
  ColumnShape shape_;
  std::string file_;
  std::size_t row_bytes_;
  std::uint64_t chunk_rows_;
};

}  // namespace homolog::experiments
