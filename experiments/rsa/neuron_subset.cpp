#include "experiments/rsa/neuron_subset.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/core/random.hpp"

namespace homolog::experiments {
namespace {

/// Sets these random numbers apart from others with the same seed.
constexpr std::uint32_t kPurpose = 0x73756273U;

/// FNV-1a: the same on every machine.
std::uint32_t hash(const std::string& text) {
  std::uint32_t value = 2166136261U;
  for (const char c : text) {
    value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return value;
}

}  // namespace

std::vector<std::int64_t> neuron_subset(std::int64_t units, std::int64_t most, std::uint64_t seed,
                                        const std::string& layer) {
  if (units <= most) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(std::max<std::int64_t>(units, 0)));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  // The units with the smallest of random numbers of 64 bits; ties go to the lower unit.
  std::vector<std::pair<std::uint64_t, std::int64_t>> drawn(static_cast<std::size_t>(units));
  const std::uint32_t name = hash(layer);
  for (std::int64_t u = 0; u < units; ++u) {
    const auto unit = static_cast<std::uint64_t>(u);
    const auto random = sim::philox(
        {static_cast<std::uint32_t>(unit), static_cast<std::uint32_t>(unit >> 32U), name, kPurpose}, seed);
    drawn[static_cast<std::size_t>(u)] = {(std::uint64_t{random[0]} << 32U) | random[1], u};
  }
  std::nth_element(drawn.begin(), drawn.begin() + most, drawn.end());
  std::vector<std::int64_t> subset;
  for (std::int64_t k = 0; k < most; ++k) {
    subset.push_back(drawn[static_cast<std::size_t>(k)].second);
  }
  std::sort(subset.begin(), subset.end());
  return subset;
}

}  // namespace homolog::experiments
