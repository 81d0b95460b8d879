#include "sim/engine/row_events.hpp"

#include <algorithm>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/row_events.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

// No vectors here: compiled per target for its instructions that count and find bits.

/// Lists the bits of a whole row; units from `count` on, events before position x in first[x]. Returns the
/// new count.
std::size_t list_row(const std::uint64_t* HWY_RESTRICT bits, std::size_t width, std::size_t channels,
                     std::size_t count, UnitId* HWY_RESTRICT units, std::uint32_t* HWY_RESTRICT first) {
  const std::size_t words = words_for(width * channels);
  std::size_t x = 0;
  std::size_t boundary = 0;  // bit with which position x begins
  for (std::size_t w = 0; w < words; ++w) {
    for (; boundary < (w + 1) * kBitsPerWord && x <= width; ++x, boundary += channels) {
      const std::uint64_t before = bits[w] & low_bits(boundary - w * kBitsPerWord);
      first[x] = static_cast<std::uint32_t>(count + static_cast<std::size_t>(std::popcount(before)));
    }
    count += write_set_bits(bits[w], w * kBitsPerWord, units + count);
  }
  for (; x <= width; ++x) {
    first[x] = static_cast<std::uint32_t>(count);
  }
  return count;
}

/// The same for `view` of the channels of every position, from channel `first_channel` on, and with `pool`
/// positions of the source as one.
std::size_t list_view(const std::uint64_t* HWY_RESTRICT bits, std::size_t width, std::size_t channels,
                      std::size_t first_channel, std::size_t view, std::size_t pool, std::size_t count,
                      UnitId* HWY_RESTRICT units, std::uint32_t* HWY_RESTRICT first) {
  for (std::size_t x = 0; x < width; ++x) {
    first[x] = static_cast<std::uint32_t>(count);
    for (std::size_t position = x * pool; position < (x + 1) * pool; ++position) {
      for (std::size_t c = 0; c < view; c += kBitsPerWord) {
        const std::size_t size = std::min(kBitsPerWord, view - c);
        count += write_set_bits(read_bits(bits, position * channels + first_channel + c, size), x * view + c,
                                units + count);
      }
    }
  }
  first[width] = static_cast<std::uint32_t>(count);
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(list_row);
HWY_EXPORT(list_view);
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

void RowEvents::collect(const SourceRow& row, Step steps) {
  width_ = row.width;
  first_.resize(std::size_t{steps} * (width_ + 1));
  active_.assign(width_, 0);
  std::size_t count = 0;
  for (Step step = 0; step < steps; ++step) {
    std::uint32_t* first = first_.data() + std::size_t{step} * (width_ + 1);
    if (row.bits[step] == nullptr) {
      std::fill_n(first, width_ + 1, static_cast<std::uint32_t>(count));
      continue;
    }
    reserve(count + width_ * row.pool * row.view_channels + kSlack);
    static_assert(kSlack >= kBitSlack);
    const bool whole = row.view_channels == row.channels && row.pool == 1;
    count = whole ? HWY_DYNAMIC_DISPATCH(list_row)(row.bits[step], width_, row.channels, count, units_.data(),
                                                   first)
                  : HWY_DYNAMIC_DISPATCH(list_view)(row.bits[step], width_, row.channels, row.first_channel,
                                                    row.view_channels, row.pool, count, units_.data(), first);
    for (std::size_t x = 0; x < width_; ++x) {
      active_[x] |= std::uint64_t{first[x + 1] != first[x]} << step;
    }
  }
  if (!row.graded) {
    return;
  }
  values_.resize(count + kSlack);
  std::size_t e = 0;
  for (Step step = 0; step < steps; ++step) {
    for (std::size_t position = 0; row.bits[step] != nullptr && position < width_ * row.pool; ++position) {
      const std::size_t unit = position * row.channels + row.first_channel;
      for (std::size_t c = 0; c < row.view_channels; c += kBitsPerWord) {
        const std::size_t size = std::min(kBitsPerWord, row.view_channels - c);
        for (std::uint64_t rest = read_bits(row.bits[step], unit + c, size); rest != 0; rest &= rest - 1) {
          values_[e++] = row.values[step][unit + c + static_cast<std::size_t>(std::countr_zero(rest))];
        }
      }
    }
  }
}

std::uint64_t RowEvents::bytes(std::size_t width, std::size_t channels, Step steps, bool graded) noexcept {
  const std::uint64_t events = std::uint64_t{steps} * width * channels;
  return events * (sizeof(UnitId) + (graded ? sizeof(float) : 0)) +
         std::uint64_t{steps} * (width + 1) * sizeof(std::uint32_t) + width * sizeof(std::uint64_t);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
