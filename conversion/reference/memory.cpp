#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "conversion/reference/program.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion::reference {
namespace {

/// The same for every buffer, so that a result cannot depend on addresses.
constexpr std::size_t kBufferAlignment = 64;

std::uint64_t physical_memory() {
  const auto pages = static_cast<std::uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L));
  return pages * static_cast<std::uint64_t>(std::max(sysconf(_SC_PAGESIZE), 0L));
}

std::string gibibytes(std::uint64_t bytes) {
  return std::to_string((bytes + (1U << 30U) - 1) >> 30U) + " GiB";
}

}  // namespace

BufferId Arena::add(std::size_t bytes) {
  if (bytes > SIZE_MAX - kBufferAlignment) {
    throw Error(ErrorKind::model, "an activation map is too large for any memory");
  }
  const std::size_t rounded = (bytes + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
  buffers_.push_back({.bytes = std::max(rounded, kBufferAlignment)});
  return buffers_.size() - 1;
}

void Arena::use(BufferId buffer, std::size_t step) {
  buffers_[buffer].first = std::min(buffers_[buffer].first, step);
  buffers_[buffer].last = std::max(buffers_[buffer].last, step);
}

dnnl::memory Arena::view(BufferId buffer, const dnnl::memory::desc& layout, std::size_t byte_offset) {
  dnnl::memory memory(layout, engine_, DNNL_MEMORY_NONE);
  buffers_[buffer].views.emplace_back(memory, byte_offset);
  return memory;
}

// Largest first, each at the lowest address where nothing is that lives at the same time (greedy by
// size; Pisarchyk & Lee 2020, arXiv:2001.03288, algorithm 3).
void Arena::place() {
  std::vector<BufferId> order(buffers_.size());
  std::iota(order.begin(), order.end(), BufferId{0});
  std::stable_sort(order.begin(), order.end(),
                   [this](BufferId a, BufferId b) { return buffers_[a].bytes > buffers_[b].bytes; });
  std::vector<BufferId> placed;  // by offset
  const std::uint64_t limit = physical_memory();
  for (const BufferId id : order) {
    Buffer& buffer = buffers_[id];
    std::size_t offset = 0;
    for (const BufferId other_id : placed) {
      const Buffer& other = buffers_[other_id];
      if (other.last < buffer.first || buffer.last < other.first) {
        continue;
      }
      if (offset + buffer.bytes <= other.offset) {
        break;
      }
      offset = std::max(offset, other.offset + other.bytes);
    }
    if (buffer.bytes > limit || offset > limit - buffer.bytes) {
      throw Error(ErrorKind::model, "the activations of one batch need more than the " + gibibytes(limit) +
                                        " of memory that the machine has; use a smaller batch");
    }
    buffer.offset = offset;
    bytes_ = std::max(bytes_, offset + buffer.bytes);
    const auto by_offset = [this](BufferId a, BufferId b) { return buffers_[a].offset < buffers_[b].offset; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), id, by_offset), id);
  }
  block_.reset(static_cast<std::byte*>(::operator new(std::max<std::size_t>(bytes_, 1), kAlignment)));
  for (Buffer& buffer : buffers_) {
    for (auto& [memory, byte_offset] : buffer.views) {
      memory.set_data_handle(block_.get() + buffer.offset + byte_offset);
    }
    buffer.views.clear();
  }
}

}  // namespace homolog::conversion::reference
