#include "sim/encoding/poisson.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "sim/core/random.hpp"

namespace homolog::sim {

void poisson_spikes(std::span<const float> probability, std::uint64_t seed, std::uint64_t image,
                    std::uint32_t population, Step step, std::vector<UnitId>& fired) {
  assert(probability.size() <= std::numeric_limits<UnitId>::max());
  fired.clear();
  const auto units = static_cast<UnitId>(probability.size());
  constexpr UnitId kWords = 4;  // that one Philox block gives
  for (UnitId first = 0; first < units; first += std::min(kWords, units - first)) {
    const UnitId last = first + std::min(kWords, units - first);
    const auto block = probability.subspan(first, last - first);
    if (std::none_of(block.begin(), block.end(), [](float p) { return p > 0.0F; })) {
      continue;  // silent whatever the random numbers
    }
    const auto words = philox({first / kWords, step, static_cast<std::uint32_t>(image), population}, seed);
    for (UnitId unit = first; unit < last; ++unit) {
      if (uniform(words[unit % kWords]) < probability[unit]) {
        fired.push_back(unit);
      }
    }
  }
}

}  // namespace homolog::sim
