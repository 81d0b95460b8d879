#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/shape.hpp"

namespace homolog::sim {

inline constexpr std::size_t kBitsPerWord = 64;

/// Writes first + i for every set bit i of `bits`, ascending, to `ids`. Returns how many.
inline std::size_t write_set_bits(std::uint64_t bits, std::size_t first, UnitId* ids) noexcept {
  std::size_t count = 0;
  while (bits != 0) {
    ids[count++] = static_cast<UnitId>(first + static_cast<std::size_t>(std::countr_zero(bits)));
    bits &= bits - 1;
  }
  return count;
}

}  // namespace homolog::sim
