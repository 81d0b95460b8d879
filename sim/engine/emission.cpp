#include "sim/engine/emission.hpp"

#include <algorithm>
#include <bit>

#include "sim/engine/bits.hpp"

namespace homolog::sim {

Emission::Emission(const Shape& shape, Step slots, bool graded)
    : height_(static_cast<std::size_t>(shape.height)),
      row_(static_cast<std::size_t>(shape.width * shape.channels)),
      words_per_row_(words_for(row_)),
      slots_(slots),
      bits_(std::size_t{slots} * height_ * words_per_row_),
      values_(graded ? std::size_t{slots} * height_ * row_ + 2 * kPadding : 0) {
  std::fill_n(bits_.data(), bits_.size(), std::uint64_t{0});
  std::fill_n(values_.data(), values_.size(), 0.0F);
}

void Emission::clear(Step step, std::size_t first, std::size_t last) noexcept {
  std::fill_n(row(step, first), (last - first) * words_per_row_, std::uint64_t{0});
}

std::size_t Emission::list(Step step, UnitId* units) const noexcept {
  std::size_t count = 0;
  for (std::size_t y = 0; y < height_; ++y) {
    const std::uint64_t* words = row(step, y);
    for (std::size_t w = 0; w < words_per_row_; ++w) {
      count += write_set_bits(words[w], y * row_ + w * kBitsPerWord, units + count);
    }
  }
  return count;
}

std::uint64_t Emission::count(Step first, Step steps) const noexcept {
  std::uint64_t events = 0;
  for (Step step = first; step < first + steps; ++step) {
    const std::uint64_t* words = row(step, 0);
    for (std::size_t w = 0; w < height_ * words_per_row_; ++w) {
      events += static_cast<std::uint64_t>(std::popcount(words[w]));
    }
  }
  return events;
}

std::uint64_t Emission::bytes(const Shape& shape, Step slots, bool graded) noexcept {
  const auto height = static_cast<std::uint64_t>(shape.height);
  const auto row = static_cast<std::uint64_t>(shape.width * shape.channels);
  return std::uint64_t{slots} * height *
             (words_for(row) * sizeof(std::uint64_t) + (graded ? row * sizeof(float) : 0)) +
         (graded ? 2 * kPadding * sizeof(float) : 0);
}

}  // namespace homolog::sim
