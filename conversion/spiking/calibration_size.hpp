#pragma once

#include <cstdint>

#include "conversion/spiking/calibrate.hpp"

namespace homolog::conversion {

/// Samples of each channel of a population: 8,192, or as many as keep the recorded input of all its channels
/// below 256 MiB, but 2,048 at least. With few the settings follow chance: of four sets of 128 images, 2,048
/// samples gave ResNet-20 at 8 steps 86.8 to 88.7 % agreement with the float network, 8,192 gave 88.4
/// to 89.4.
[[nodiscard]] std::int64_t samples_of_channel(std::int64_t channels, sim::Step steps);
/// Float samples of a population for the refit of its weights.
inline constexpr std::int64_t kSamplesForWeights = 32768;

/// Images that are simulated, and of which spikes are recorded.
[[nodiscard]] std::int64_t images_shown(const CalibrationOptions& options);

}  // namespace homolog::conversion
