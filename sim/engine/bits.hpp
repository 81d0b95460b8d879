#pragma once

#include <cstddef>
#include <cstdint>

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
  const std::uint64_t rest = shift == 0 ? 0 : bits >> (kBitsPerWord - shift);
  if (rest != 0) {
    words[word + 1] |= rest;
  }
}

/// Listing bits may write this many entries behind the last one.
inline constexpr std::size_t kBitSlack = 8;

}  // namespace homolog::sim
