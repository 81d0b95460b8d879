#include "experiments/recording/chunked_dataset.hpp"

#include <algorithm>
#include <utility>

namespace homolog::experiments {
namespace {

std::size_t bytes_of_row(const ColumnShape& shape) {
  std::size_t bytes = shape.element_size;
  for (const hsize_t extent : shape.row) {
    bytes *= extent;
  }
  return bytes;
}

/// Rows of a chunk: a function of the shape alone, so that a resumed run cuts as the first one did.
std::uint64_t rows_of_chunk(const ColumnShape& shape) {
  const std::uint64_t fitting = std::max<std::uint64_t>(1, ChunkedDataset::kChunkBytes / bytes_of_row(shape));
  return shape.unlimited ? fitting : std::clamp<std::uint64_t>(shape.rows, 1, fitting);
}

std::vector<hsize_t> with_rows(hsize_t rows, const ColumnShape& shape) {
  std::vector<hsize_t> dims{rows};
  dims.insert(dims.end(), shape.row.begin(), shape.row.end());
  return dims;
}

}  // namespace

h5::Dataset ChunkedDataset::create(hid_t parent, const std::string& name, hid_t type,
                                   const ColumnShape& shape, const std::string& file) {
  return h5::create_dataset(parent, name, type, with_rows(shape.unlimited ? 0 : shape.rows, shape),
                            with_rows(rows_of_chunk(shape), shape), shape.unlimited, file);
}

ChunkedDataset::ChunkedDataset(h5::Dataset dataset, hid_t in_memory, ColumnShape shape, std::string file)
    : dataset_(std::move(dataset)),
      in_memory_(in_memory),
      shape_(std::move(shape)),
      file_(std::move(file)),
      row_bytes_(bytes_of_row(shape_)),
      chunk_rows_(rows_of_chunk(shape_)) {}

void ChunkedDataset::write_chunk(std::uint64_t rows, std::span<const std::byte> packed) {
  h5::quiet();
  if (shape_.unlimited) {  // only ever grows: HDF5 would rewrite the last chunk if it shrank
    h5::checked(H5Dset_extent(dataset_.get(), with_rows(rows, shape_).data()),
                "cannot extend " + shape_.dataset, file_);
  }
  std::vector<hsize_t> offset(1 + shape_.row.size(), 0);
  offset[0] = (rows - 1) / chunk_rows_ * chunk_rows_;
  const std::uint32_t no_filter_skipped = 0;
  h5::checked(H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, no_filter_skipped, offset.data(), packed.size(),
                             packed.data()),
              "cannot write " + shape_.dataset, file_);
}

void ChunkedDataset::read(std::uint64_t first, std::uint64_t count, std::span<std::byte> out) const {
  if (count == 0) {
    return;
  }
  h5::quiet();
  auto start = with_rows(first, shape_);
  std::fill(start.begin() + 1, start.end(), 0);
  const auto size = with_rows(count, shape_);
  const h5::Dataspace space(H5Dget_space(dataset_.get()));
  const h5::Dataspace memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr));
  const std::string doing = "cannot read " + shape_.dataset;
  h5::checked(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr),
              doing, file_);
  h5::checked(H5Dread(dataset_.get(), in_memory_, memory.get(), space.get(), H5P_DEFAULT, out.data()), doing,
              file_);
}

bool ChunkedDataset::has_rows(std::uint64_t rows) const {
  const auto dims = h5::extents(dataset_, {.file = file_, .key = shape_.dataset});
  const auto expected = with_rows(shape_.unlimited ? rows : shape_.rows, shape_);
  return std::equal(dims.begin(), dims.end(), expected.begin(), expected.end());
}

}  // namespace homolog::experiments
