#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/recording/results_file.hpp"
#include "experiments/rsa_time/rsa_time_run.hpp"

namespace homolog::experiments {

/// Columns of /rsa_time_differences: a row for every latency of every course and every pair of layers.
[[nodiscard]] std::vector<ResultDataset> latency_difference_datasets(const RsaTimeResult& result);

/// Pairs of a set that differ at a false discovery rate of kDifferenceLevel.
[[nodiscard]] std::size_t count_different(const DifferenceSet& set);
inline constexpr double kDifferenceLevel = 0.05;

/// Pairs whose p is the smallest that so few draws allow, 2 / (1 + draws): with more it could be smaller.
[[nodiscard]] std::size_t count_at_smallest_p(const DifferenceSet& set);

/// The first with the last layer; every set has this pair.
[[nodiscard]] const LatencyDifference& first_and_last(const DifferenceSet& set);

}  // namespace homolog::experiments
