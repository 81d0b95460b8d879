#include "experiments/recording/column.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "experiments/recording/chunk_codec.hpp"

namespace homolog::experiments {

void Column::append(std::span<const std::byte> rows) {
  while (!rows.empty()) {
    chunk_.reserve(chunk_bytes());
    const auto fitting = rows.first(std::min(rows.size(), chunk_bytes() - chunk_.size()));
    chunk_.insert(chunk_.end(), fitting.begin(), fitting.end());
    rows_ += fitting.size() / dataset_.row_bytes();
    rows = rows.subspan(fitting.size());
    if (chunk_.size() == chunk_bytes()) {
      push_chunk();
    }
  }
}

void Column::push_chunk() {
  chunk_.resize(chunk_bytes(), std::byte{0});  // zeros: HDF5's padding of the last chunk
  queue_->push([chunk = std::exchange(chunk_, {}),
                size = dataset_.shape().element_size] { return encode_chunk(chunk, size); },
               [this, rows = rows_](std::vector<std::byte> packed) { dataset_.write_chunk(rows, packed); });
}

void Column::finish() {
  if (!chunk_.empty()) {
    push_chunk();
  }
}

void Column::read(std::uint64_t first, std::uint64_t count, std::span<std::byte> out) const {
  const std::uint64_t in_file = rows_ - chunk_.size() / dataset_.row_bytes();
  const std::uint64_t from_file = first < in_file ? std::min(count, in_file - first) : 0;
  dataset_.read(first, from_file, out);
  if (count > from_file) {
    const std::size_t start = (first + from_file - in_file) * dataset_.row_bytes();
    std::memcpy(out.data() + from_file * dataset_.row_bytes(), chunk_.data() + start,
                (count - from_file) * dataset_.row_bytes());
  }
}

void Column::save(ByteWriter& out) const {
  out.number(rows_);
  out.block(chunk_);
}

bool Column::load(ByteReader& in) {
  rows_ = in.number<std::uint64_t>();
  const auto chunk = in.block();
  const std::uint64_t chunk_rows = chunk.size() / dataset_.row_bytes();
  if (!in.good() || chunk.size() % dataset_.row_bytes() != 0 || chunk_rows > rows_ ||
      chunk.size() >= chunk_bytes()) {
    return false;
  }
  chunk_.assign(chunk.begin(), chunk.end());
  return dataset_.has_rows(rows_ - chunk_rows);
}

}  // namespace homolog::experiments
