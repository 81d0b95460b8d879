#include "sim/engine/row_cache.hpp"

#include <algorithm>

namespace homolog::sim {

void RowCache::begin(const GatherKernel& kernel, const SourceRows& source, std::size_t target_rows) {
  kernel_ = &kernel;
  source_ = source;
  target_rows_ = target_rows;
  const std::size_t size = target_rows * kernel.groups();
  entries_.resize(std::max(entries_.size(), size));
  held_.assign(size, 0);
}

const RowEvents& RowCache::row(std::size_t y, std::size_t group) {
  const std::size_t entry = y % target_rows_ * kernel_->groups() + group;
  if (held_[entry] != y + 1) {
    entries_[entry].collect(kernel_->view_of(group), source_, kernel_->rows_of(y));
    held_[entry] = y + 1;
  }
  return entries_[entry];
}

}  // namespace homolog::sim
