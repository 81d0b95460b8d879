#pragma once

#include <cstdint>
#include <span>

#include "experiments/recording/results_file.hpp"

namespace homolog::test {

/// Packs spikes that are sorted by (step, id). In a map of one channel a unit's number is the neuron's.
inline experiments::PackedSpikes pack(const experiments::SpikeTrain& train, std::uint64_t neurons,
                                      std::int64_t steps) {
  experiments::SpikePacker packer({.channels = 1, .width = static_cast<std::int64_t>(neurons)},
                                  static_cast<std::uint32_t>(steps));
  const std::span<const std::uint32_t> ids(train.ids);
  for (std::size_t first = 0; first < ids.size();) {
    std::size_t last = first;
    while (last < ids.size() && train.steps[last] == train.steps[first]) {
      ++last;
    }
    packer.add(train.steps[first], ids.subspan(first, last - first));
    first = last;
  }
  return packer.packed();
}

}  // namespace homolog::test
