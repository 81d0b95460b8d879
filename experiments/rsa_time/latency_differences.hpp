#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "experiments/rsa_time/latency.hpp"

namespace homolog::experiments {

/// When something happens in one layer and when in another. NaN where one of the two latencies is not defined
/// in the data.
struct LatencyDifference {
  std::size_t a = 0, b = 0;                              ///< numbers of the layers
  double difference = kNotComputed;                      ///< time of a minus time of b
  double standard_error = kNotComputed;                  ///< standard deviation over draws that have both
  double ci_low = kNotComputed, ci_high = kNotComputed;  ///< percentiles over draws that have both
  double p = kNotComputed;                               ///< two-sided, see latency_differences()
  double p_fdr = kNotComputed;                           ///< corrected over all pairs
  std::size_t undefined_draws = 0;                       ///< draws that lack one of the two
};

/// Pairs of layers that are compared: all of up to 64 layers; of more, neighbours and the first with the
/// last.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> latency_pairs(std::size_t layers);

/// The differences of every pair of layers, whose draws must be those of one bootstrap: in draw k all layers
/// have the same stimuli and subjects, so that what they share does not widen the difference.
///
/// p = min(1, 2 (1 + k) / (1 + B)) for B draws, k those that contradict: the smaller of the numbers of draws
/// with difference <= 0 and with difference >= 0, plus all in which either latency does not exist. (Without
/// the latter that is the level at which the percentile interval reaches 0, see Davison & Hinkley 1997,
/// doi:10.1017/CBO9780511802843. Draws without difference count against it: they do not say which layer is
/// first.) Without draws there are values only.
[[nodiscard]] std::vector<LatencyDifference> latency_differences(std::span<const Latency> layers,
                                                                 double level);

}  // namespace homolog::experiments
