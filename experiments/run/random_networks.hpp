#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"
#include "experiments/run/preparation.hpp"

namespace homolog::experiments {

/// Activations of some layers of a network of the experiment's architecture with random weights
/// (conversion::with_random_weights()), to all stimuli, each once; kept in `folder`, which goes with the
/// result. Throws Error(interrupted) when `stop` says so, Error(output) if the disk has not the room.
[[nodiscard]] std::unique_ptr<Representations> random_network(const Preparation& prepared, std::uint64_t seed,
                                                              const std::vector<std::string>& layers,
                                                              const std::string& folder, int threads,
                                                              const std::function<bool()>& stop,
                                                              const std::function<void(double)>& progress);

}  // namespace homolog::experiments
