#pragma once

#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa_time/rsa_time_run.hpp"

namespace homolog::experiments {

/// Datasets of /rsa_time, see docs/rsa-time.md.
[[nodiscard]] std::vector<ResultDataset> rsa_time_datasets(const RsaTimeResult& result,
                                                           const RsaTimeSettings& settings);

}  // namespace homolog::experiments
