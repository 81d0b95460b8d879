#include "experiments/recording/spike_columns.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace homolog::experiments {
namespace {

std::uint64_t total(const std::vector<NumberRun>& runs) {
  std::uint64_t sum = 0;
  for (const NumberRun& run : runs) {
    sum += run.count;
  }
  return sum;
}

void save_runs(const std::vector<NumberRun>& runs, ByteWriter& out) {
  out.number<std::uint64_t>(runs.size());
  for (const NumberRun& run : runs) {
    out.number(run.value);
    out.number(run.count);
  }
}

std::vector<NumberRun> load_runs(ByteReader& in) {
  std::vector<NumberRun> runs;
  for (auto left = in.number<std::uint64_t>(); left > 0 && in.good(); --left) {
    const auto value = in.number<std::uint64_t>();
    runs.push_back({.value = value, .count = in.number<std::uint32_t>()});
  }
  return runs;
}

}  // namespace

SpikeColumns::SpikeColumns(ChunkedDataset timestamps, ChunkedDataset node_ids, std::uint64_t neurons,
                           ChunkQueue& queue)
    : timestamps_(std::move(timestamps)), node_ids_(std::move(node_ids)), neurons_(neurons), queue_(&queue) {}

void SpikeColumns::Chunk::add(double time, std::uint64_t page, std::span<const std::uint8_t> places_of_page) {
  const auto count = static_cast<std::uint32_t>(places_of_page.size());
  const auto bits = std::bit_cast<std::uint64_t>(time);
  if (times.empty() || times.back().value != bits) {
    times.push_back({.value = bits, .count = 0});
  }
  times.back().count += count;
  pages.push_back({.value = page, .count = count});
  places.insert(places.end(), places_of_page.begin(), places_of_page.end());
}

void SpikeColumns::append(const PackedSpikes& spikes, std::span<const double> times) {
  const std::uint64_t chunk_rows = node_ids_.chunk_rows();
  std::span<const std::uint8_t> places = spikes.places;
  auto in_page = spikes.in_page.begin();
  for (const double time : times) {
    for (std::uint64_t page = 0; page < neurons_; page += kPageNeurons) {
      for (std::uint64_t left = *in_page++; left > 0;) {
        const std::uint64_t fitting = std::min(left, chunk_rows - chunk_.places.size());
        chunk_.add(time, page, places.first(fitting));
        places = places.subspan(fitting);
        rows_ += fitting;
        left -= fitting;
        if (chunk_.places.size() == chunk_rows) {
          push_chunk();
        }
      }
    }
  }
}

void SpikeColumns::push_chunk() {
  Chunk chunk = std::exchange(chunk_, {});
  if (const std::uint64_t missing = node_ids_.chunk_rows() - chunk.places.size(); missing > 0) {
    chunk.add(0.0, 0, std::vector<std::uint8_t>(missing, 0));  // zeros: HDF5's padding of the last chunk
  }
  chunk_.times.reserve(chunk.times.size());  // the next chunk will be much like this one
  chunk_.pages.reserve(chunk.pages.size());
  chunk_.places.reserve(chunk.places.size());
  queue_->push(
      [times = std::move(chunk.times)]() mutable { return deflate_runs(std::move(times)); },
      [this, rows = rows_](std::vector<std::byte> packed) { timestamps_.write_chunk(rows, packed); });
  queue_->push(
      [pages = std::move(chunk.pages), places = std::move(chunk.places)]() mutable {
        return deflate_runs(std::move(pages), places);
      },
      [this, rows = rows_](std::vector<std::byte> packed) { node_ids_.write_chunk(rows, packed); });
}

void SpikeColumns::finish() {
  if (!chunk_.places.empty()) {
    push_chunk();
  }
}

std::vector<std::uint64_t> SpikeColumns::node_ids(std::uint64_t first, std::uint64_t last) const {
  const std::uint64_t in_file = rows_ - chunk_.places.size();
  std::vector<std::uint64_t> ids(std::min(last, in_file) - std::min(first, in_file));
  node_ids_.read(first, ids.size(), std::as_writable_bytes(std::span(ids)));
  std::uint64_t row = in_file;
  for (const NumberRun& page : chunk_.pages) {
    for (std::uint32_t i = 0; i < page.count; ++i, ++row) {
      if (first <= row && row < last) {
        ids.push_back(page.value + chunk_.places[row - in_file]);
      }
    }
  }
  return ids;
}

void SpikeColumns::save(ByteWriter& out) const {
  out.number(rows_);
  save_runs(chunk_.times, out);
  save_runs(chunk_.pages, out);
  out.block(std::as_bytes(std::span(chunk_.places)));
}

bool SpikeColumns::load(ByteReader& in) {
  rows_ = in.number<std::uint64_t>();
  chunk_.times = load_runs(in);
  chunk_.pages = load_runs(in);
  const auto places = in.block();
  chunk_.places.resize(places.size());
  std::transform(places.begin(), places.end(), chunk_.places.begin(), std::to_integer<std::uint8_t>);
  const bool whole = in.good() && places.size() <= rows_ && places.size() < node_ids_.chunk_rows() &&
                     total(chunk_.times) == places.size() && total(chunk_.pages) == places.size();
  return whole && timestamps_.has_rows(rows_ - places.size()) && node_ids_.has_rows(rows_ - places.size());
}

}  // namespace homolog::experiments
