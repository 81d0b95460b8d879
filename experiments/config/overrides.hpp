#pragma once

#include "experiments/config/experiment.hpp"
#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// Puts the values of `--set` into the tree, in order; the last one for a path holds. What a path lacks is
/// created, so that a wrong path is refused by whoever reads the tree, with the nearest key. A list's
/// item is "analyses.0" or "analyses[0]"; the number after the last adds an item. Values set here
/// carry "--set PATH" as their origin. Throws Error(config) for a path that leads through a
/// value, and for a value that is not YAML.
void apply_overrides(Parameter& tree, const Overrides& overrides);

}  // namespace homolog::experiments
