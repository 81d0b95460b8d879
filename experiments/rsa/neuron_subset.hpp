#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homolog::experiments {

/// `most` of the numbers 0, ..., units - 1, ascending, or all of them; every subset is equally likely. A
/// function of seed, layer and sizes alone.
[[nodiscard]] std::vector<std::int64_t> neuron_subset(std::int64_t units, std::int64_t most,
                                                      std::uint64_t seed, const std::string& layer);

}  // namespace homolog::experiments
