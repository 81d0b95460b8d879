#pragma once

#include <cstddef>

#include "experiments/fusion/fuse.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// Reads `inference:` of an entry variance: bootstrap, samples, level. Throws Error(config).
[[nodiscard]] InferenceSettings read_partition_inference(Parameters& analysis);

/// Reads `inference:` of an entry fusion: bootstrap (default: none), samples, level, permutations. Throws
/// Error(config).
[[nodiscard]] FusionOptions read_fusion_inference(Parameters& analysis);

}  // namespace homolog::experiments
