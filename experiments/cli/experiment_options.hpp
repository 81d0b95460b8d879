#pragma once

#include <vector>

#include "experiments/cli/options.hpp"
#include "experiments/config/experiment.hpp"

namespace homolog::experiments {

/// Options that change the experiment: --set, --output, --seed.
[[nodiscard]] std::vector<Option> experiment_options();

/// Reads the experiment that the first word names, with what these options change. Throws Error.
[[nodiscard]] Experiment read_experiment(const Options& options, const Arguments& arguments);

}  // namespace homolog::experiments
