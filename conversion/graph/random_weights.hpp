#pragma once

#include <cstdint>

#include "conversion/graph/float_graph.hpp"

namespace homolog::conversion {

/// The same architecture with the weights that training would begin with: of every convolution and dense
/// layer normal with mean 0 and variance 2 / fan-in, biases 0 (He et al. 2015, doi:10.1109/ICCV.2015.123);
/// what scales and shifts behind one (a batch normalisation) does nothing. What comes before all of them (a
/// preprocessing) stays, and so do convolutions that only pick channels. A function of graph and seed alone
/// (Philox, Box-Muller).
[[nodiscard]] FloatGraph with_random_weights(FloatGraph graph, std::uint64_t seed);

}  // namespace homolog::conversion
