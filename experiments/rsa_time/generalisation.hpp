#pragma once

#include <optional>
#include <span>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa_time/window_rdms.hpp"

namespace homolog::experiments {

/// RDMs of the windows of a layer on the scales of some comparisons; nothing for windows without RDM.
[[nodiscard]] std::vector<std::optional<ScaledRdm>> scaled_windows(const WindowRdms& rdms,
                                                                   std::span<const Comparison> comparisons);

/// The comparison of every two windows of a layer, [windows, windows] row-major, symmetric: how long a
/// representation lasts, and whether it returns (King & Dehaene 2014, doi:10.1016/j.tics.2014.01.002, for
/// decoders). NaN for windows without RDM.
[[nodiscard]] std::vector<double> own_generalisation(const Comparison& comparison,
                                                     std::span<const std::optional<ScaledRdm>> windows);

/// The comparison of every window with the reference at every time, mean over subjects, [windows, times]
/// row-major. `reference` is [times][subjects]. NaN for windows without RDM.
[[nodiscard]] std::vector<double> reference_generalisation(const Comparison& comparison,
                                                           std::span<const std::optional<ScaledRdm>> windows,
                                                           std::span<const std::vector<ScaledRdm>> reference);

}  // namespace homolog::experiments
