#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/behaviour/behaviour_run.hpp"
#include "experiments/predictivity/response_source.hpp"

namespace homolog::experiments {

/// What the numbers of observers in a file are.
enum class Answers {
  correct,  ///< 1 right, 0 wrong
  choices,  ///< the class or category chosen
};

/// Reads answers [stimulus, observer]; NaN: not seen. `labels`: the right choices, in the experiment's order.
/// Throws Error(data) for what is neither 0 nor 1, or no choice.
[[nodiscard]] Observers load_observers(const ResponseSource& source, Answers answers, const Stimuli& stimuli,
                                       const std::vector<std::int64_t>& labels, std::size_t choices);

/// Reads rates [stimulus, object] or [stimulus, observer, object] in [0, 1]; NaN: not asked. Throws
/// Error(data).
[[nodiscard]] ObserverRates load_rates(const ResponseSource& source, const Stimuli& stimuli,
                                       std::size_t choices);

/// Reads the category of each of `classes` classes, -1 for none; any extents with as many numbers.
/// Throws Error(data).
[[nodiscard]] std::vector<std::int64_t> load_categories(const BrainSource& source, std::size_t classes);

}  // namespace homolog::experiments
