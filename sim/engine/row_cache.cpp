#include "sim/engine/row_cache.hpp"

#include <algorithm>
#include <limits>

namespace homolog::sim {
namespace {
constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
}  // namespace

void RowCache::begin(const GatherKernel& kernel, const SourceRows& source, const Shape& source_shape,
                     std::size_t target_rows) {
  kernel_ = &kernel;
  source_ = source;
  width_ = static_cast<std::size_t>(source_shape.width);
  channels_ = static_cast<std::size_t>(source_shape.channels);
  capacity_ = kernel.source_rows(target_rows);
  const std::size_t size = capacity_ * kernel.groups();
  entries_.resize(std::max(entries_.size(), size));
  row_held_.assign(size, kNone);
}

void RowCache::rows_for(std::size_t y, std::size_t group, std::vector<const RowEvents*>& rows) {
  rows.clear();
  for (const Tap& tap : kernel_->rows_of(y)) {
    const std::size_t entry = tap.in % capacity_ * kernel_->groups() + group;
    if (row_held_[entry] != tap.in) {
      SourceRow row{.width = width_ / kernel_->pool(),
                    .pool = kernel_->pool(),
                    .channels = channels_,
                    .first_channel = group * kernel_->group_channels(),
                    .view_channels = kernel_->group_channels(),
                    .graded = source_.graded()};
      source_.row(tap.in, row.bits, row.values);
      entries_[entry].collect(row, source_.steps);
      row_held_[entry] = tap.in;
    }
    rows.push_back(&entries_[entry]);
  }
}

}  // namespace homolog::sim
