#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/shape.hpp"

namespace homolog::sim {

inline constexpr std::size_t kBitsPerWord = 64;

/// Words that hold `bits` bits.
[[nodiscard]] constexpr std::size_t words_for(std::size_t bits) noexcept {
  return (bits + kBitsPerWord - 1) / kBitsPerWord;
}

/// The lowest `count` <= 64 bits set.
[[nodiscard]] constexpr std::uint64_t low_bits(std::size_t count) noexcept {
  return count >= kBitsPerWord ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// Bits [first, first + count) of an array of words, count in 1 .. 64.
[[nodiscard]] inline std::uint64_t read_bits(const std::uint64_t* words, std::size_t first,
                                             std::size_t count) noexcept {
  const std::size_t word = first / kBitsPerWord;
  const std::size_t shift = first % kBitsPerWord;
  std::uint64_t bits = words[word] >> shift;
  if (shift + count > kBitsPerWord) {
    bits |= words[word + 1] << (kBitsPerWord - shift);
  }
  return bits & low_bits(count);
}

/// Sets the bits of `bits` in an array of words, from bit `first` on.
inline void set_bits(std::uint64_t* words, std::size_t first, std::uint64_t bits) noexcept {
  const std::size_t word = first / kBitsPerWord;
  const std::size_t shift = first % kBitsPerWord;
  words[word] |= bits << shift;
  if (shift != 0 && (bits >> (kBitsPerWord - shift)) != 0) {
    words[word + 1] |= bits >> (kBitsPerWord - shift);
  }
}

/// write_set_bits() may write this many entries beyond those that it returns.
inline constexpr std::size_t kBitSlack = 8;

/// Writes first + i for every set bit i of `bits`, ascending, to `ids`. Returns how many. Entries are written
/// in fours whatever their number: a word has few spikes, and a wrongly predicted branch costs more than they
/// do.
inline std::size_t write_set_bits(std::uint64_t bits, std::size_t first, UnitId* ids) noexcept {
  if (bits == 0) {
    return 0;
  }
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  for (std::size_t done = 0; done < count; done += 4) {
    for (std::size_t i = 0; i < 4; ++i) {
      ids[done + i] = static_cast<UnitId>(first + static_cast<std::size_t>(std::countr_zero(bits)));
      bits &= bits - 1;
    }
  }
  return count;
}

}  // namespace homolog::sim
