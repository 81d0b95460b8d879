#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {

/// Columns of /rsa_differences.
[[nodiscard]] std::vector<ResultDataset> difference_datasets(std::span<const RsaDifference> differences);

/// Name of a group of the analysis at place `place` among those of its kind: name, name_2, name_3, ...
[[nodiscard]] std::string numbered(const std::string& name, std::size_t place);

}  // namespace homolog::experiments
