#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa_time/window_rdms.hpp"

namespace homolog::experiments {

/// A generalisation matrix of one layer and one comparison, and what a bootstrap says of each of its cells.
/// All row-major, a row for each window. NaN in windows without RDM, and in what was not asked for.
struct Generalisation {
  std::vector<double> value{};  ///< mean over subjects
  std::vector<double> standard_error{}, ci_low{}, ci_high{};
  std::vector<double> p{};      ///< value > 0, one-sided; NaN for a window with itself
  std::vector<double> p_fdr{};  ///< corrected over the cells of the matrix

  explicit Generalisation(std::size_t cells = 0);
};

/// The comparison of every two windows of a layer, [windows, windows], symmetric: how long a representation
/// lasts, and whether it returns (King & Dehaene 2014, doi:10.1016/j.tics.2014.01.002, for decoders). Without
/// `bootstrap` there are values only. Two windows are one pair for the correction of p.
[[nodiscard]] Generalisation own_generalisation(const Comparison& comparison, const WindowRdms& windows,
                                                const std::optional<BootstrapOptions>& bootstrap,
                                                const Progress& progress);

/// The comparison of every window of each layer with the reference at every time, [windows, times]. The
/// reference is put in order some times at a time, for all layers at once. Which layers are together makes no
/// difference but rounding.
[[nodiscard]] std::vector<Generalisation> reference_generalisation(
    const Comparison& comparison, std::span<const WindowRdms> layers, const LoadedRdms& reference,
    const std::optional<BootstrapOptions>& bootstrap, const Progress& progress);

}  // namespace homolog::experiments
