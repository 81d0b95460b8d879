#pragma once

#include <cstddef>

#include "experiments/fusion/fuse.hpp"
#include "experiments/rsa/rsa_settings.hpp"

namespace homolog::experiments {

/// Reads `inference:` of an entry variance: bootstrap, samples, level. Throws Error(config).
[[nodiscard]] InferenceSettings read_partition_inference(Parameters& analysis);

/// Reads `inference:` of an entry fusion: bootstrap (none, stimuli), samples, level, permutations. Throws
/// Error(config).
[[nodiscard]] FusionOptions read_fusion_inference(Parameters& analysis);

/// Whether stimuli are drawn, and subjects of a reference with so many: as rsa does.
[[nodiscard]] bool draws_stimuli(Resample resample);
[[nodiscard]] bool draws_subjects(Resample resample, std::size_t subjects);

}  // namespace homolog::experiments
