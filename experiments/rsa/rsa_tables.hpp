#pragma once

#include <span>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa/rsa_run.hpp"

namespace homolog::experiments {

/// Columns of /rsa_differences.
[[nodiscard]] std::vector<ResultDataset> difference_datasets(std::span<const RsaDifference> differences);

}  // namespace homolog::experiments
