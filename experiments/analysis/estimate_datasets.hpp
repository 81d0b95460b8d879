#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "experiments/analysis/estimate.hpp"
#include "experiments/recording/results_file.hpp"

namespace homolog::experiments {

/// Four datasets: `name` with the values, and name_standard_error, name_ci_low, name_ci_high, all with these
/// extents (empty: one axis) and axes. `convention` is an attribute of the first, if it is not empty.
[[nodiscard]] std::vector<ResultDataset> estimate_datasets(const std::string& name,
                                                           std::span<const Estimate> estimates,
                                                           const std::vector<std::size_t>& extents,
                                                           const std::string& axes,
                                                           const std::string& convention = "");

}  // namespace homolog::experiments
