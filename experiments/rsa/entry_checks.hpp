#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/rsa/noise_covariance.hpp"
#include "experiments/rsa/reference.hpp"
#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// The sequence `key`: different names out of `allowed`, at least one. Throws Error(config), naming the
/// nearest of a name that is not among them.
[[nodiscard]] std::vector<std::string> read_names(Parameters& parameters, const std::string& key,
                                                  const std::vector<std::string>& allowed,
                                                  const std::vector<std::string>& otherwise);

/// Whether RDMs of so many stimuli can be compared: 3 (fewer give one pair at most) to 10,000 (an RDM of 50
/// million pairs; a few of them fit 4 GB). Throws Error(config) at `where`, naming the analysis.
void check_stimuli(const std::string& analysis, std::int64_t stimuli, const Where& where);

/// Whether a dissimilarity fits the presentations, before anything is computed. Throws Error(config) at
/// `where` for a noise covariance that it does not take, and for too few repetitions of the stimuli.
void check_dissimilarity(const std::string& name, NoiseCovariance noise, std::int64_t repetitions,
                         const Where& where);

/// Whether every twin among the references is in a code that can be had: one that a run keeps, or one of
/// `further`, the labels of the analysis' own representations. Throws Error(config) at `references`, naming
/// the nearest code.
void check_twins(const std::vector<ReferenceSpec>& references, const std::vector<std::string>& further,
                 const Parameters& parameters);

}  // namespace homolog::experiments
