#pragma once

#include <string>
#include <vector>

#include "experiments/brain/response_file.hpp"
#include "experiments/stimuli/stimuli.hpp"
#include "sim/core/parameters.hpp"

namespace homolog::experiments {

/// Where responses are, as an entry of the configuration says, and what they are called in results.
struct ResponseSource {
  std::string name{};
  BrainSource source{};
};

/// Reads `name`, `file`, `dataset`, `ids` and, for NWB, `trials: {stimulus, from_s, to_s}` of a mapping. The
/// name is by default the last part of the dataset's path, or the file's name without extension. Throws
/// Error(config), also for a name with '/' (it names HDF5 datasets).
[[nodiscard]] ResponseSource read_response_source(Parameters& entry);

/// Throws Error(config) at `entry` if its name was given before.
void check_name_is_new(const Parameters& entry, const std::string& name,
                       const std::vector<std::string>& given);

/// Reads the responses and brings them into the order of the experiment's stimuli (match_stimuli); stimuli
/// that the experiment does not show are left out. Throws Error(data), also if there is no unit.
[[nodiscard]] Responses load_responses(const BrainSource& source, const Stimuli& stimuli);

}  // namespace homolog::experiments
