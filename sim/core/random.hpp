#pragma once

#include <array>
#include <cstdint>

namespace homolog::sim {

/// Philox4x32-10: four 32-bit random words from a 128-bit counter and a 64-bit key, a pure function.
/// Salmon et al. 2011, doi:10.1145/2063384.2063405. No state: order of use and threads cannot matter.
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                            std::uint64_t seed) noexcept {
  auto key0 = static_cast<std::uint32_t>(seed);
  auto key1 = static_cast<std::uint32_t>(seed >> 32U);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32U) ^ counter[1] ^ key0,
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32U) ^ counter[3] ^ key1,
               static_cast<std::uint32_t>(product0)};
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  return counter;
}

/// A random word as a float in [0, 1), a multiple of 2^-24.
[[nodiscard]] constexpr float uniform(std::uint32_t word) noexcept {
  return static_cast<float>(word >> 8U) * 0x1p-24F;
}

}  // namespace homolog::sim
