#pragma once

#include <cstddef>
#include <cstdint>

// How 8-bit weights lie in memory.
//
// A row of weights is read as 16-bit lanes of two bytes: the low byte is one channel's weight + 128 (so that
// it is not negative), the high byte another channel's weight. Adding whole lanes gives sum(low) + 256
// sum(high) modulo 2^16, adding lanes shifted right by 8 gives sum(high); so three instructions add a whole
// vector of bytes. After at most 256 rows |sum(high)| <= 256 * 127 < 2^15 and sum(low) <= 256 * 255 < 2^16:
// both are exact.

namespace homolog::sim {

/// Channels of one block of 32 bytes: byte 2 i belongs to channel i, byte 2 i + 1 to channel 16 + i.
inline constexpr std::size_t kBlock = 32;
inline constexpr std::size_t kHalf = kBlock / 2;
/// What is added to the low bytes.
inline constexpr std::int32_t kBias = 128;
/// So many rows may be added in 16 bits.
inline constexpr std::size_t kMostRows = 256;

}  // namespace homolog::sim
