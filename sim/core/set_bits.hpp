#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace homolog::sim {

/// The places, 0 to 7, of the bits that are set in a byte, ascending and then zeros, and how many there are.
struct SetBits {
  std::array<std::uint8_t, 8> places{};
  std::uint8_t count = 0;
};

/// For every byte: lists of bits are made without a branch, whose patterns could not be predicted.
inline constexpr std::array<SetBits, 256> kSetBits = [] {
  std::array<SetBits, 256> all{};
  for (unsigned byte = 0; byte < all.size(); ++byte) {
    for (unsigned place = 0; place < 8; ++place) {
      if ((byte >> place & 1U) != 0) {
        all[byte].places[all[byte].count++] = static_cast<std::uint8_t>(place);
      }
    }
  }
  return all;
}();

/// The places alone, eight bytes apart.
inline constexpr std::array<std::array<std::uint8_t, 8>, 256> kPlaces = [] {
  std::array<std::array<std::uint8_t, 8>, 256> all{};
  for (unsigned byte = 0; byte < all.size(); ++byte) {
    all[byte] = kSetBits[byte].places;
  }
  return all;
}();

}  // namespace homolog::sim
