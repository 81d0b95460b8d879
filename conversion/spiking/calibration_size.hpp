#pragma once

#include <cstdint>

#include "conversion/spiking/calibrate.hpp"

namespace homolog::conversion {

/// Float samples of each channel: enough for four settings, few enough for a search.
inline constexpr std::int64_t kSamplesOfChannel = 2048;
/// Float samples of a population for the refit of its weights.
inline constexpr std::int64_t kSamplesForWeights = 32768;

/// Images that are simulated, and of which spikes are recorded.
[[nodiscard]] std::int64_t images_shown(const CalibrationOptions& options);

}  // namespace homolog::conversion
