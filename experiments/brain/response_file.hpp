#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/brain/rdm_file.hpp"

namespace homolog::experiments {

/// Responses of recorded units (neurons, voxels, channels) to repeated presentations of stimuli.
struct Responses {
  std::size_t stimuli = 0;
  std::size_t repetitions = 1;
  std::size_t units = 0;
  /// [stimuli, repetitions, units]. NaN: this presentation is missing.
  std::vector<double> values{};
  std::vector<std::string> ids{};  ///< of the stimuli; empty if the file does not name them
  [[nodiscard]] double at(std::size_t stimulus, std::size_t repetition, std::size_t unit) const {
    return values[(stimulus * repetitions + repetition) * units + unit];
  }
};

/// Reads responses [stimulus, unit] or [stimulus, repetition, unit], in any format of docs/brain-data.md, or
/// counts spikes of an NWB file (see read_nwb_responses()). Values may be NaN, not infinite. Throws
/// Error(data).
[[nodiscard]] Responses read_responses(const BrainSource& source);

}  // namespace homolog::experiments
