#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/rsa/noise_covariance.hpp"
#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// The sequence `key`: different names out of `allowed`, at least one. Throws Error(config), naming the
/// nearest of a name that is not among them.
[[nodiscard]] std::vector<std::string> read_names(Parameters& parameters, const std::string& key,
                                                  const std::vector<std::string>& allowed,
                                                  const std::vector<std::string>& otherwise);

/// Whether a dissimilarity fits the presentations, before anything is computed. Throws Error(config) at
/// `where` for a noise covariance that it does not take, and for too few repetitions of the stimuli.
void check_dissimilarity(const std::string& name, NoiseCovariance noise, std::int64_t repetitions,
                         const Where& where);

}  // namespace homolog::experiments
