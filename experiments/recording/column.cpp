#include "experiments/recording/column.hpp"

#include <algorithm>
#include <cstring>
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
  const std::uint64_t fitting = std::max<std::uint64_t>(1, Column::kChunkBytes / bytes_of_row(shape));
  return shape.unlimited ? fitting : std::clamp<std::uint64_t>(shape.rows, 1, fitting);
}

std::vector<hsize_t> with_rows(hsize_t rows, const ColumnShape& shape) {
  std::vector<hsize_t> dims{rows};
  dims.insert(dims.end(), shape.row.begin(), shape.row.end());
  return dims;
}

}  // namespace

h5::Dataset Column::create(hid_t parent, const std::string& name, hid_t type, const ColumnShape& shape,
                           const std::string& file) {
  return h5::create_dataset(parent, name, type, with_rows(shape.unlimited ? 0 : shape.rows, shape),
                            with_rows(rows_of_chunk(shape), shape), shape.unlimited, file);
}

Column::Column(h5::Dataset dataset, hid_t in_memory, ColumnShape shape, std::string file, ChunkQueue& queue)
    : dataset_(std::move(dataset)),
      in_memory_(in_memory),
      shape_(std::move(shape)),
      file_(std::move(file)),
      queue_(&queue),
      row_bytes_(bytes_of_row(shape_)),
      chunk_rows_(rows_of_chunk(shape_)) {}

std::span<std::byte> Column::room_bytes(std::size_t wanted) {
  if (chunk_.empty()) {
    chunk_.assign(chunk_rows_ * row_bytes_, std::byte{0});  // zeros: HDF5's padding of the last chunk
    used_ = 0;
  }
  return std::span<std::byte>(chunk_).subspan(used_).first(std::min(wanted, chunk_.size() - used_));
}

void Column::advance(std::size_t bytes) {
  used_ += bytes;
  rows_ += bytes / row_bytes_;
  if (used_ == chunk_.size()) {
    push_chunk();
  }
}

void Column::append(std::span<const std::byte> rows) {
  while (!rows.empty()) {
    const auto room = room_bytes(rows.size());
    std::memcpy(room.data(), rows.data(), room.size());
    rows = rows.subspan(room.size());
    advance(room.size());
  }
}

void Column::push_chunk() {
  const std::uint64_t index = (rows_ - 1) / chunk_rows_;
  used_ = 0;
  queue_->push(
      std::exchange(chunk_, {}), shape_.element_size,
      [this, index, rows = rows_](std::vector<std::byte> packed) { write_chunk(index, rows, packed); });
}

void Column::set_rows(hsize_t rows) {
  const auto dims = with_rows(rows, shape_);
  h5::checked(H5Dset_extent(dataset_.get(), dims.data()), "cannot extend " + shape_.dataset, file_);
}

void Column::write_chunk(std::uint64_t index, std::uint64_t rows, std::span<const std::byte> packed) {
  h5::quiet();
  if (shape_.unlimited) {
    set_rows(rows);  // only ever grows: HDF5 would rewrite the last chunk if it shrank
  }
  std::vector<hsize_t> offset(1 + shape_.row.size(), 0);
  offset[0] = index * chunk_rows_;
  const std::uint32_t no_filter_skipped = 0;
  h5::checked(H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, no_filter_skipped, offset.data(), packed.size(),
                             packed.data()),
              "cannot write " + shape_.dataset, file_);
}

void Column::finish() {
  if (used_ > 0) {
    push_chunk();
  }
}

void Column::read(std::uint64_t first, std::uint64_t count, std::span<std::byte> out) const {
  const std::uint64_t in_file = rows_ - used_ / row_bytes_;
  const std::uint64_t from_file = first < in_file ? std::min(count, in_file - first) : 0;
  if (from_file > 0) {
    h5::quiet();
    auto start = with_rows(first, shape_);
    std::fill(start.begin() + 1, start.end(), 0);
    const auto size = with_rows(from_file, shape_);
    const h5::Dataspace space(H5Dget_space(dataset_.get()));
    const h5::Dataspace memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr));
    const std::string doing = "cannot read " + shape_.dataset;
    h5::checked(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr),
                doing, file_);
    h5::checked(H5Dread(dataset_.get(), in_memory_, memory.get(), space.get(), H5P_DEFAULT, out.data()),
                doing, file_);
  }
  if (count > from_file) {
    const std::size_t start = (first + from_file - in_file) * row_bytes_;
    std::memcpy(out.data() + from_file * row_bytes_, chunk_.data() + start, (count - from_file) * row_bytes_);
  }
}

void Column::save(ByteWriter& out) const {
  out.number(rows_);
  out.block(std::span<const std::byte>(chunk_).first(used_));
}

bool Column::load(ByteReader& in) {
  rows_ = in.number<std::uint64_t>();
  const auto tail = in.block();
  const std::uint64_t tail_rows = tail.size() / row_bytes_;
  if (!in.good() || tail.size() % row_bytes_ != 0 || tail_rows > rows_ || tail_rows >= chunk_rows_) {
    return false;
  }
  chunk_.clear();
  used_ = 0;
  if (!tail.empty()) {
    const auto room = room_bytes(tail.size());
    std::memcpy(room.data(), tail.data(), tail.size());
    used_ = tail.size();
  }
  const auto dims = h5::extents(dataset_, {.file = file_, .key = shape_.dataset});
  std::vector<hsize_t> expected = with_rows(shape_.unlimited ? rows_ - tail_rows : shape_.rows, shape_);
  return std::equal(dims.begin(), dims.end(), expected.begin(), expected.end());
}

}  // namespace homolog::experiments
