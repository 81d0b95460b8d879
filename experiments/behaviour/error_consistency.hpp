#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace homolog::experiments {

/// Whether two observers err on the same stimuli, beyond what their accuracies make expect.
struct ErrorConsistency {
  std::size_t trials = 0;           ///< stimuli that both saw
  double accuracy[2] = {0.0, 0.0};  ///< on these; NaN without any
  double observed = 0.0;            ///< share on which both are right or both are wrong
  double expected = 0.0;            ///< of independent observers of these accuracies: p q + (1 - p)(1 - q)
  /// Cohen's kappa, (observed - expected) / (1 - expected): 1 for the same errors, 0 for independent ones.
  /// NaN if both are always right, both always wrong, or without trials.
  double kappa = 0.0;
};

/// `first` and `second`: 1 right, 0 wrong, NaN not seen; one per stimulus. Geirhos, Meding & Wichmann 2020,
/// arXiv:2006.16736; Cohen 1960, doi:10.1177/001316446002000104.
[[nodiscard]] ErrorConsistency error_consistency(std::span<const double> first,
                                                 std::span<const double> second);

/// Of counts alone, of stimuli that both saw: how many, how many of these either was right about, and on how
/// many they were both right or both wrong. Whole numbers give the same bits however they were counted.
struct ConsistencyCounts {
  double trials = 0.0;
  double right[2] = {0.0, 0.0};
  double same = 0.0;
};
[[nodiscard]] ErrorConsistency error_consistency(const ConsistencyCounts& counts);

/// Mean over the stimuli seen; NaN without any.
[[nodiscard]] double accuracy_of(std::span<const double> correct);

}  // namespace homolog::experiments
