#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "experiments/recording/results_file.hpp"

namespace homolog::experiments::report {

/// A sample of one layer's spikes that is small enough to draw.
struct Raster {
  std::vector<std::uint32_t> neurons{};  ///< the neurons of the rows, ascending, in C,H,W order
  std::vector<std::uint32_t> steps{};    ///< of each drawn spike
  std::vector<std::uint32_t> rows{};     ///< of each drawn spike, index in `neurons`
};

/// `rows` of `neurons` neurons, ascending: one from each of `rows` equal blocks of the C,H,W order, at an
/// offset within its block that follows the golden ratio. Evenly spread and always the same, and unlike
/// every k-th neuron it does not run in step with the width of the map (which would show border
/// columns only). All neurons when there are no more than `rows`.
[[nodiscard]] std::vector<std::uint32_t> spread_neurons(std::uint64_t neurons, std::size_t rows);

/// Spikes of at most `rows` neurons. The rows are halved until at most `spikes` are left; a single row
/// with more than that is left out, so that what is shown is never cut short in time.
[[nodiscard]] Raster sample_raster(const SpikeTrain& train, std::uint64_t neurons, std::size_t rows,
                                   std::size_t spikes);

/// Spikes per neuron and step of the whole layer, averaged over bins of `bin` steps (the last may be
/// shorter). `steps` >= 1, `bin` >= 1; all 0 without neurons.
[[nodiscard]] std::vector<double> population_rate(const SpikeTrain& train, std::uint64_t neurons,
                                                  std::uint64_t steps, std::uint64_t bin);

}  // namespace homolog::experiments::report
