#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "experiments/rsa/progress.hpp"
#include "experiments/rsa/rdm.hpp"
#include "experiments/rsa/representation.hpp"

namespace homolog::experiments {

/// Distance of two spike trains: ascending times in ms.
using TrainDistance = std::function<double(std::span<const double>, std::span<const double>)>;

/// Most neurons of a layer that a metric takes by default.
inline constexpr std::int64_t kMetricNeurons = 1000;

/// RDM of a layer: the distance of the trains of a neuron, summed over neurons (of neuron_subset()), mean
/// over repetitions (train r of one stimulus with train r of the other). The result does not depend on
/// threads.
[[nodiscard]] Rdm metric_rdm(const LayerSource& source, std::int64_t most_neurons,
                             const TrainDistance& distance, const Progress& progress);

/// Victor and Purpura's spike-time metric (1996, doi:10.1152/jn.1996.76.2.1310; 1997,
/// doi:10.1088/0954-898X_8_2_003): the smallest cost of turning one train into the other, where adding or
/// removing a spike costs 1 and moving one by t ms costs `cost` * t. O(n m).
[[nodiscard]] double victor_purpura(std::span<const double> a, std::span<const double> b, double cost);

/// van Rossum's squared distance (2001, doi:10.1162/089976601300014321):
/// (1/tau) integral of (f - g)^2 dt, f and g the trains convolved with exp(-t/tau), t >= 0. In closed form
/// (sum_ij e(a_i - a_j) + sum_ij e(b_i - b_j)) / 2 - sum_ij e(a_i - b_j), e(t) = exp(-|t| / tau). A spike
/// more costs 1/2. O(n + m).
[[nodiscard]] double van_rossum_squared(std::span<const double> a, std::span<const double> b, double tau_ms);

}  // namespace homolog::experiments
