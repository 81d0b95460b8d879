#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "experiments/rsa/patterns.hpp"
#include "experiments/rsa/progress.hpp"
#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {

/// What a model responds to an image; equally many numbers for each. Called from several threads.
using ImageResponse = std::function<std::vector<float>(const Image&)>;

/// Whether `units` responses to each of `stimuli` fit memory (1 GB). Throws Error(data), naming the model.
void check_responses(const std::string& model, std::int64_t stimuli, std::int64_t units);

/// Responses to all stimuli, in memory. Works in the current TBB arena. Throws Error(data) if images respond
/// with different numbers, and as check_responses().
[[nodiscard]] std::unique_ptr<Patterns> image_patterns(const std::string& name, const Stimuli& stimuli,
                                                       const ImageResponse& respond,
                                                       const Progress& progress);

}  // namespace homolog::experiments
