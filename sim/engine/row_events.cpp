#include "sim/engine/row_events.hpp"

#include <algorithm>

#include "sim/engine/bits.hpp"

namespace homolog::sim {

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
    reserve(count + width_ * row.view_channels + kBitSlack);
    count = row.view_channels == row.channels ? collect_words(row, step, count)
                                              : collect_view(row, step, count);
    for (std::size_t x = 0; x < width_; ++x) {
      active_[x] |= std::uint64_t{first[x + 1] != first[x]} << step;
    }
  }
  if (!row.graded) {
    return;
  }
  values_.resize(count);
  for (Step step = 0; step < steps; ++step) {
    const std::uint32_t* bounds = first(step);
    for (std::size_t e = bounds[0]; e < bounds[width_]; ++e) {
      const std::size_t x = units_.data()[e] / row.view_channels;
      const std::size_t channel = units_.data()[e] % row.view_channels + row.first_channel;
      values_[e] = row.values[step][x * row.channels + channel];
    }
  }
}

/// The view is the whole row: its words one after the other.
std::size_t RowEvents::collect_words(const SourceRow& row, Step step, std::size_t count) {
  const std::uint64_t* bits = row.bits[step];
  const std::size_t words = words_for(width_ * row.channels);
  before_word_.resize(words + 1);
  for (std::size_t w = 0; w < words; ++w) {
    before_word_[w] = static_cast<std::uint32_t>(count);
    count += write_set_bits(bits[w], w * kBitsPerWord, units_.data() + count);
  }
  before_word_[words] = static_cast<std::uint32_t>(count);
  std::uint32_t* first = first_.data() + std::size_t{step} * (width_ + 1);
  for (std::size_t x = 0; x <= width_; ++x) {
    const std::size_t bit = x * row.channels;
    const std::size_t word = bit / kBitsPerWord;
    const std::size_t rest = bit % kBitsPerWord;
    first[x] = before_word_[word] +
               (rest == 0 ? 0U : static_cast<std::uint32_t>(std::popcount(bits[word] & low_bits(rest))));
  }
  return count;
}

/// Some channels of every position.
std::size_t RowEvents::collect_view(const SourceRow& row, Step step, std::size_t count) {
  const std::uint64_t* bits = row.bits[step];
  std::uint32_t* first = first_.data() + std::size_t{step} * (width_ + 1);
  for (std::size_t x = 0; x < width_; ++x) {
    first[x] = static_cast<std::uint32_t>(count);
    for (std::size_t c = 0; c < row.view_channels; c += kBitsPerWord) {
      const std::size_t size = std::min(kBitsPerWord, row.view_channels - c);
      count += write_set_bits(read_bits(bits, x * row.channels + row.first_channel + c, size),
                              x * row.view_channels + c, units_.data() + count);
    }
  }
  first[width_] = static_cast<std::uint32_t>(count);
  return count;
}

std::uint64_t RowEvents::bytes(std::size_t width, std::size_t channels, Step steps, bool graded) noexcept {
  const std::uint64_t events = std::uint64_t{steps} * width * channels;
  return events * (sizeof(UnitId) + (graded ? sizeof(float) : 0)) +
         std::uint64_t{steps} * (width + 1) * sizeof(std::uint32_t) + width * sizeof(std::uint64_t);
}

}  // namespace homolog::sim
