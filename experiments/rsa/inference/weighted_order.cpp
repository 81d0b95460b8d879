#include "experiments/rsa/inference/weighted_order.hpp"

#include <cstddef>

namespace homolog::experiments {
namespace {

/// Sums of weights at the places 1, ..., size.
class PrefixSums {
 public:
  explicit PrefixSums(std::size_t size) : tree_(size + 1, 0.0) {}
  void add(std::size_t place, double weight) {
    for (; place < tree_.size(); place += place & (~place + 1)) {
      tree_[place] += weight;
    }
  }
  /// Of the places up to and with `place`.
  [[nodiscard]] double up_to(std::size_t place) const {
    double sum = 0.0;
    for (; place > 0; place &= place - 1) {
      sum += tree_[place];
    }
    return sum;
  }

 private:
  std::vector<double> tree_;
};

/// Number of each value among the different ones, from 1.
std::vector<std::uint32_t> dense_ranks(const WeightedPairs& pairs) {
  std::vector<std::uint32_t> ranks(pairs.values.size());
  std::uint32_t rank = 0;
  for (std::size_t k = 0; k < pairs.order.size(); ++k) {
    const std::uint32_t place = pairs.order[k];
    if (k == 0 || pairs.values[place] != pairs.values[pairs.order[k - 1]]) {
      ++rank;
    }
    ranks[place] = rank;
  }
  return ranks;
}

double pairs_among(double weight) {
  return 0.5 * weight * (weight - 1.0);
}

/// End of the run of values in `order` that are tied with the one at `first`.
std::size_t end_of_ties(const WeightedPairs& pairs, std::size_t first) {
  std::size_t last = first + 1;
  while (last < pairs.order.size() && pairs.values[pairs.order[last]] == pairs.values[pairs.order[first]]) {
    ++last;
  }
  return last;
}

/// Pairs of observations, copies included, that are tied in one vector.
double tied_pairs(const WeightedPairs& pairs) {
  double sum = 0.0;
  for (std::size_t first = 0; first < pairs.order.size();) {
    const std::size_t last = end_of_ties(pairs, first);
    double weight = 0.0;
    for (; first < last; ++first) {
      weight += pairs.weights[pairs.order[first]];
    }
    sum += pairs_among(weight);
  }
  return sum;
}

}  // namespace

std::vector<double> weighted_mid_ranks(std::span<const std::uint32_t> order,
                                       std::span<const std::uint32_t> ties, std::span<const double> weights) {
  std::vector<double> ranks(weights.size());
  double below = 0.0;
  for (std::size_t first = 0; first < order.size();) {
    double weight = 0.0;
    std::size_t last = first;
    for (; last < order.size() && ties[last] == ties[first]; ++last) {
      weight += weights[order[last]];
    }
    const double rank = below + 0.5 * (weight + 1.0);  // mean of below + 1, ..., below + weight
    for (; first < last; ++first) {
      ranks[order[first]] = rank;
    }
    below += weight;
  }
  return ranks;
}

WeightedPairOrder weighted_pair_order(const WeightedPairs& x, const WeightedPairs& y) {
  const std::vector<std::uint32_t> y_ranks = dense_ranks(y);
  PrefixSums seen(y_ranks.size());
  WeightedPairOrder order;
  double all_seen = 0.0;
  for (std::size_t first = 0; first < x.order.size();) {
    const std::size_t last = end_of_ties(x, first);
    for (std::size_t k = first; k < last; ++k) {  // against those with a smaller x
      const std::size_t rank = y_ranks[x.order[k]];
      const double weight = x.weights[x.order[k]];
      order.concordant += weight * seen.up_to(rank - 1);
      order.discordant += weight * (all_seen - seen.up_to(rank));
    }
    for (; first < last; ++first) {
      const double weight = x.weights[x.order[first]];
      seen.add(y_ranks[x.order[first]], weight);
      all_seen += weight;
    }
  }
  order.pairs = pairs_among(all_seen);
  order.tied_x = tied_pairs(x);
  order.tied_y = tied_pairs(y);
  return order;
}

}  // namespace homolog::experiments
