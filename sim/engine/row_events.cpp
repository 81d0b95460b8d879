#include "sim/engine/row_events.hpp"

#include <algorithm>
#include <bit>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/row_events.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#ifndef HOMOLOG_ROW_EVENTS_ONCE
#define HOMOLOG_ROW_EVENTS_ONCE
namespace homolog::sim {
/// One source row in one step.
struct RowBits {
  const std::uint64_t* bits = nullptr;
  const float* values = nullptr;  ///< of graded events
  std::size_t kernel = 0;         ///< row of the window
};
}  // namespace homolog::sim
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

// No vectors here: compiled per target for its instructions that count and find bits.

/// Lists the events of one step; units from `count` on, events before column x in first[x]. Returns the new
/// count.
std::size_t list_columns(const SourceView& view, std::span<const RowBits> rows, std::size_t count,
                         UnitId* HWY_RESTRICT units, std::uint32_t* HWY_RESTRICT first) {
  const std::size_t column = view.kernel_h * view.view_channels;
  for (std::size_t x = 0; x < view.width; ++x) {
    first[x] = static_cast<std::uint32_t>(count);
    for (std::size_t position = x * view.pool; position < (x + 1) * view.pool; ++position) {
      for (const RowBits& row : rows) {
        const std::size_t unit = position * view.channels + view.first_channel;
        const std::size_t id = x * column + row.kernel * view.view_channels;
        for (std::size_t c = 0; c < view.view_channels; c += kBitsPerWord) {
          const std::size_t size = std::min(kBitsPerWord, view.view_channels - c);
          count += write_set_bits(read_bits(row.bits, unit + c, size), id + c, units + count);
        }
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

HWY_EXPORT(list_columns);

/// The values of the same events in the same order.
void append_values(const SourceView& view, std::span<const RowBits> rows, std::vector<float>& values) {
  for (std::size_t position = 0; position < view.width * view.pool; ++position) {
    for (const RowBits& row : rows) {
      const std::size_t unit = position * view.channels + view.first_channel;
      for (std::size_t c = 0; c < view.view_channels; c += kBitsPerWord) {
        const std::size_t size = std::min(kBitsPerWord, view.view_channels - c);
        for (std::uint64_t rest = read_bits(row.bits, unit + c, size); rest != 0; rest &= rest - 1) {
          values.push_back(row.values[unit + c + static_cast<std::size_t>(std::countr_zero(rest))]);
        }
      }
    }
  }
}

}  // namespace

void RowEvents::reserve(std::size_t size) {
  if (size <= capacity_) {
    return;
  }
  capacity_ = std::max(size, 2 * capacity_);
  AlignedBuffer<UnitId> larger(capacity_);
  std::copy_n(units_.data(), units_.size(), larger.data());
  units_ = std::move(larger);
}

void RowEvents::collect(const SourceView& view, const SourceRows& source, std::span<const Tap> rows) {
  width_ = view.width;
  first_.resize(std::size_t{source.steps} * (width_ + 1));
  active_.assign(width_, 0);
  values_.clear();
  std::vector<RowBits> of_step(rows.size());
  std::size_t count = 0;
  for (Step step = 0; step < source.steps; ++step) {
    std::uint32_t* first = first_.data() + std::size_t{step} * (width_ + 1);
    if (source.first + step < source.delay) {
      std::fill_n(first, width_ + 1, static_cast<std::uint32_t>(count));
      continue;
    }
    const Step emitted = source.first + step - source.delay;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      of_step[r] = {.bits = source.emission->row(emitted, rows[r].in),
                    .values = source.emission->values(emitted, rows[r].in),
                    .kernel = rows[r].kernel};
    }
    reserve(count + width_ * view.pool * rows.size() * view.view_channels + kBitSlack);
    count = HWY_DYNAMIC_DISPATCH(list_columns)(view, of_step, count, units_.data(), first);
    if (source.graded()) {
      append_values(view, of_step, values_);
    }
    for (std::size_t x = 0; x < width_; ++x) {
      active_[x] |= std::uint64_t{first[x + 1] != first[x]} << step;
    }
  }
}

std::uint64_t RowEvents::bytes(std::size_t width, std::size_t channels, std::size_t rows, Step steps,
                               bool graded) noexcept {
  const std::uint64_t events = std::uint64_t{steps} * width * channels * rows;
  return events * (sizeof(UnitId) + (graded ? sizeof(float) : 0)) +
         std::uint64_t{steps} * (width + 1) * sizeof(std::uint32_t) + width * sizeof(std::uint64_t);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
