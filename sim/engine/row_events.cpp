#include "sim/engine/row_events.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/row_events.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// to[i] = from[i] + plus for i < count, and some more: whole vectors are copied, at least kSlack entries, so
/// that short lists need no branch.
HWY_INLINE void copy_units(const UnitId* HWY_RESTRICT from, std::size_t count, UnitId plus,
                           UnitId* HWY_RESTRICT to) {
  const hn::CappedTag<UnitId, RowList::kSlack> d;
  std::size_t done = 0;
  do {
    for (std::size_t i = 0; i < RowList::kSlack; i += hn::MaxLanes(d)) {
      hn::StoreU(hn::Add(hn::LoadU(d, from + done + i), hn::Set(d, plus)), d, to + done + i);
    }
    done += RowList::kSlack;
  } while (HWY_UNLIKELY(done < count));
}

HWY_INLINE void copy_values(const float* HWY_RESTRICT from, std::size_t count, float* HWY_RESTRICT to) {
  const hn::CappedTag<float, RowList::kSlack> d;
  std::size_t done = 0;
  do {
    for (std::size_t i = 0; i < RowList::kSlack; i += hn::MaxLanes(d)) {
      hn::StoreU(hn::LoadU(d, from + done + i), d, to + done + i);
    }
    done += RowList::kSlack;
  } while (HWY_UNLIKELY(done < count));
}

/// Merges one step; units from `count` on, events before column x in first[x]. Returns the new count.
/// `values`: of weighted events, or null.
std::size_t merge_step(const SourceView& view, std::span<const WindowRow> rows, Step step, std::size_t count,
                       UnitId* HWY_RESTRICT units, float* HWY_RESTRICT values,
                       std::uint32_t* HWY_RESTRICT first) {
  const std::size_t column = view.kernel_h * view.view_channels;
  for (std::size_t x = 0; x < view.width; ++x) {
    first[x] = static_cast<std::uint32_t>(count);
    for (std::size_t position = x * view.pool; position < (x + 1) * view.pool; ++position) {
      for (const WindowRow& row : rows) {
        const std::uint32_t* bounds = row.list->first(step);
        const std::size_t begin = bounds[position];
        const std::size_t size = bounds[position + 1] - begin;
        // Modulo 2^32: from the place in the row to the place in the column.
        const std::size_t plus = x * column + row.kernel * view.view_channels - position * view.view_channels;
        copy_units(row.list->units() + begin, size, static_cast<UnitId>(plus), units + count);
        if (values != nullptr) {
          copy_values(row.list->values() + begin, size, values + count);
        }
        count += size;
      }
    }
  }
  first[view.width] = static_cast<std::uint32_t>(count);
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(merge_step);
}  // namespace

void RowEvents::merge(const SourceView& view, std::span<const WindowRow> rows, Step steps, bool weighted) {
  width_ = view.width;
  single_ = rows.size() == 1 && view.kernel_h == 1 && view.pool == 1 ? rows[0].list : nullptr;
  if (single_ != nullptr) {
    mark_active(steps);
    return;
  }
  first_.resize(std::size_t{steps} * (width_ + 1));
  std::size_t count = 0;
  for (Step step = 0; step < steps; ++step) {
    std::size_t size = 0;
    for (const WindowRow& row : rows) {
      size += row.list->first(step)[view.positions()] - row.list->first(step)[0];
    }
    units_.reserve(count + size + 2 * RowList::kSlack, count);
    if (weighted) {
      values_.reserve(count + size + 2 * RowList::kSlack, count);
    }
    std::uint32_t* first = first_.data() + std::size_t{step} * (width_ + 1);
    count = HWY_DYNAMIC_DISPATCH(merge_step)(view, rows, step, count, units_.data(),
                                             weighted ? values_.data() : nullptr, first);
  }
  mark_active(steps);
}

void RowEvents::mark_active(Step steps) {
  active_.assign(width_, 0);
  for (Step step = 0; step < steps; ++step) {
    const std::uint32_t* bounds = lists().bounds(step);
    for (std::size_t x = 0; x < width_; ++x) {
      active_[x] |= std::uint64_t{bounds[x + 1] != bounds[x]} << step;
    }
  }
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
