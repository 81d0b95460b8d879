#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace homolog::test {

/// How often each of n things occurs: 0 to 3.
inline std::vector<std::uint32_t> some_copies(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::uint32_t> draw(0, 3);
  std::vector<std::uint32_t> copies(n);
  for (std::uint32_t& count : copies) {
    count = draw(random);
  }
  return copies;
}

/// Every element as often as `copies` says.
template <class Value>
std::vector<Value> repeated(const std::vector<Value>& values, const std::vector<std::uint32_t>& copies) {
  std::vector<Value> all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    all.insert(all.end(), copies[i], values[i]);
  }
  return all;
}

}  // namespace homolog::test
