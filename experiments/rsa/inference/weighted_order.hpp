#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/rsa/comparison.hpp"

namespace homolog::experiments {

/// Mid-ranks of values of which value k occurs weights[k] times: the mean of the ranks of all copies of all
/// values that are tied with it. `order` has the places by ascending value, `ties` is equal for neighbours in
/// it that are tied. Ranks are exact (halves of integers) for integer weights.
[[nodiscard]] std::vector<double> weighted_mid_ranks(std::span<const std::uint32_t> order,
                                                     std::span<const std::uint32_t> ties,
                                                     std::span<const double> weights);

/// How pairs of observations are ordered in two vectors (PairOrder), when observation k occurs weights[k]
/// times. Copies of one observation are tied in both. Exact for integer weights up to a sum of 9e7.
struct WeightedPairOrder {
  double pairs = 0.0;
  double concordant = 0.0;
  double discordant = 0.0;
  double tied_x = 0.0;
  double tied_y = 0.0;
};

/// Counts in O(m log m): observations enter by ascending x, and a binary indexed tree over y (Fenwick 1994,
/// doi:10.1002/spe.4380240306) knows the weight of those that are below and above. The weighted form of
/// Knight 1966, doi:10.1080/01621459.1966.10480879. Both need `order`.
[[nodiscard]] WeightedPairOrder weighted_pair_order(const WeightedPairs& x, const WeightedPairs& y);

}  // namespace homolog::experiments
