#include "sim/engine/emission.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "sim/engine/bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/engine/emission.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/highway.h>

#include "sim/engine/kernels/list_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace homolog::sim {
namespace HWY_NAMESPACE {

// Compiled per target also for its instruction that counts bits.

std::uint64_t count_bits(const std::uint64_t* words, std::size_t number) {
  std::uint64_t bits = 0;
  for (std::size_t w = 0; w < number; ++w) {
    bits += static_cast<std::uint64_t>(std::popcount(words[w]));
  }
  return bits;
}

std::size_t list_words(const std::uint64_t* words, std::size_t number, std::size_t first, UnitId* units) {
  std::size_t count = 0;
  for (std::size_t w = 0; w < number; ++w) {
    count += list_bits(words[w], kBitsPerWord, first + w * kBitsPerWord, units + count);
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::sim {
namespace {
HWY_EXPORT(count_bits);
HWY_EXPORT(list_words);
}  // namespace

Emission::Emission(const Shape& shape, Step slots, Kind kind)
    : height_(static_cast<std::size_t>(shape.height)),
      row_(static_cast<std::size_t>(shape.width * shape.channels)),
      words_per_row_(words_for(row_)),
      slots_(slots),
      bits_(std::size_t{slots} * height_ * words_per_row_),
      negative_(kind == Kind::signed_spikes ? bits_.size() : 0),
      values_(kind == Kind::graded ? std::size_t{slots} * height_ * row_ + 2 * kPadding : 0) {
  std::fill_n(bits_.data(), bits_.size(), std::uint64_t{0});
  std::fill_n(negative_.data(), negative_.size(), std::uint64_t{0});
  std::fill_n(values_.data(), values_.size(), 0.0F);
}

void Emission::clear(Step first, Step steps) noexcept {
  for (std::size_t y = 0; y < height_; ++y) {
    clear(first, steps, y);
  }
}

void Emission::clear(Step first, Step steps, std::size_t y) noexcept {
  for_each_piece(first, steps, y, [&](std::size_t word, std::size_t words) {
    std::fill_n(bits_.data() + word, words, std::uint64_t{0});
    if (is_signed()) {
      std::fill_n(negative_.data() + word, words, std::uint64_t{0});
    }
  });
}

std::size_t Emission::list(Step step, UnitId* units) const noexcept {
  std::size_t count = 0;
  std::vector<std::uint64_t> positive(is_signed() ? words_per_row_ : 0);
  for (std::size_t y = 0; y < height_; ++y) {
    const std::uint64_t* words = row(step, y);
    if (is_signed()) {
      std::transform(words, words + words_per_row_, negative(step, y), positive.begin(),
                     [](std::uint64_t any, std::uint64_t minus) { return any & ~minus; });
      words = positive.data();
    }
    count += HWY_DYNAMIC_DISPATCH(list_words)(words, words_per_row_, y * row_, units + count);
  }
  return count;
}

std::size_t Emission::list_negative(Step step, UnitId* units) const noexcept {
  std::size_t count = 0;
  for (std::size_t y = 0; is_signed() && y < height_; ++y) {
    count += HWY_DYNAMIC_DISPATCH(list_words)(negative(step, y), words_per_row_, y * row_, units + count);
  }
  return count;
}

std::uint64_t Emission::count(Step first, Step steps) const noexcept {
  std::uint64_t events = 0;
  for (std::size_t y = 0; y < height_; ++y) {
    events += count(first, steps, y);
  }
  return events;
}

std::uint64_t Emission::count(Step first, Step steps, std::size_t y) const noexcept {
  std::uint64_t events = 0;
  for_each_piece(first, steps, y, [&](std::size_t word, std::size_t words) {
    events += HWY_DYNAMIC_DISPATCH(count_bits)(bits_.data() + word, words);
  });
  return events;
}

std::uint64_t Emission::count_negative(Step first, Step steps) const noexcept {
  std::uint64_t spikes = 0;
  for (std::size_t y = 0; is_signed() && y < height_; ++y) {
    for_each_piece(first, steps, y, [&](std::size_t word, std::size_t words) {
      spikes += HWY_DYNAMIC_DISPATCH(count_bits)(negative_.data() + word, words);
    });
  }
  return spikes;
}

std::uint64_t Emission::bytes(const Shape& shape, Step slots, Kind kind) noexcept {
  const auto height = static_cast<std::uint64_t>(shape.height);
  const auto row = static_cast<std::uint64_t>(shape.width * shape.channels);
  const std::uint64_t words = words_for(row) * (kind == Kind::signed_spikes ? 2 : 1);
  const bool graded = kind == Kind::graded;
  return std::uint64_t{slots} * height *
             (words * sizeof(std::uint64_t) + (graded ? row * sizeof(float) : 0)) +
         (graded ? 2 * kPadding * sizeof(float) : 0);
}

}  // namespace homolog::sim
#endif  // HWY_ONCE
