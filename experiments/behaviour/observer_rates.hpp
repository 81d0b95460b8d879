#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/behaviour/image_level.hpp"
#include "experiments/brain/response_file.hpp"

namespace homolog::experiments {

/// Mean over observers of their rates [stimulus, observer, object], observer k counted copies[k] times,
/// without what they were not asked; NaN where none was. [stimulus, object].
[[nodiscard]] Choices mean_rates(const Responses& rates, std::span<const std::uint32_t> copies);

/// How reliable the observers' I2n is: Pearson's r of that of two random halves of the observers, 2 r / (1 +
/// r); mean over so many splits. NaN with one observer.
[[nodiscard]] double i2n_reliability(const Responses& rates, std::span<const std::int64_t> labels,
                                     std::size_t splits, std::uint64_t seed);

}  // namespace homolog::experiments
