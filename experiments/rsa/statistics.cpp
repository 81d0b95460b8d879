#include "experiments/rsa/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"

namespace homolog::experiments {
namespace {

void refuse_nan(std::span<const double> values) {
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) {
    throw Error(ErrorKind::data, "a dissimilarity is NaN; RDMs can only be compared without gaps");
  }
}

void check(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) {
    throw Error(ErrorKind::internal, "vectors of different lengths are compared");
  }
  refuse_nan(x);
  refuse_nan(y);
}

bool constant(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

/// Pairs of equal elements of a sorted range.
template <class Iterator, class Equal>
std::int64_t tied_pairs(Iterator first, Iterator last, Equal equal) {
  std::int64_t pairs = 0;
  while (first != last) {
    const Iterator run = std::find_if_not(first, last, [&](const auto& item) { return equal(*first, item); });
    const std::int64_t length = run - first;
    pairs += length * (length - 1) / 2;
    first = run;
  }
  return pairs;
}

/// Sorts `values` and returns how many pairs were in descending order. Bottom-up merge sort.
std::int64_t sort_counting_inversions(std::vector<double>& values) {
  std::int64_t inversions = 0;
  std::vector<double> merged(values.size());
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t begin = 0; begin < values.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, values.size());
      const std::size_t end = std::min(begin + 2 * width, values.size());
      std::size_t left = begin;
      std::size_t right = middle;
      for (std::size_t k = begin; k < end; ++k) {
        if (right == end || (left < middle && values[left] <= values[right])) {
          merged[k] = values[left++];
        } else {
          inversions += static_cast<std::int64_t>(middle - left);  // all that remain on the left are greater
          merged[k] = values[right++];
        }
      }
    }
    values.swap(merged);
  }
  return inversions;
}

}  // namespace

double mean(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

std::vector<double> mid_ranks(std::span<const double> values) {
  refuse_nan(values);
  std::vector<std::pair<double, std::size_t>> sorted(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) {
    sorted[k] = {values[k], k};
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t last = first + 1;
    while (last < sorted.size() && sorted[last].first == sorted[first].first) {
      ++last;
    }
    const double rank = 0.5 * static_cast<double>(first + 1 + last);  // mean of first + 1, ..., last
    for (; first < last; ++first) {
      ranks[sorted[first].second] = rank;
    }
  }
  return ranks;
}

double pearson_correlation(std::span<const double> x, std::span<const double> y) {
  check(x, y);
  if (x.size() < 2 || constant(x) || constant(y)) {
    return kNaN;
  }
  const double mean_x = mean(x);
  const double mean_y = mean(y);
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double dx = x[k] - mean_x;
    const double dy = y[k] - mean_y;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return std::clamp(xy / std::sqrt(xx) / std::sqrt(yy), -1.0, 1.0);
}

double cosine_similarity(std::span<const double> x, std::span<const double> y) {
  check(x, y);
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    xx += x[k] * x[k];
    yy += y[k] * y[k];
    xy += x[k] * y[k];
  }
  return xx > 0.0 && yy > 0.0 ? std::clamp(xy / std::sqrt(xx) / std::sqrt(yy), -1.0, 1.0) : kNaN;
}

PairOrder pair_order(std::span<const double> x, std::span<const double> y) {
  check(x, y);
  using Observation = std::pair<double, double>;
  std::vector<Observation> sorted(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    sorted[k] = {x[k], y[k]};
  }
  std::sort(sorted.begin(), sorted.end());

  PairOrder order;
  const auto m = static_cast<std::int64_t>(x.size());
  order.pairs = m * (m - 1) / 2;
  order.tied_x = tied_pairs(sorted.begin(), sorted.end(),
                            [](const Observation& a, const Observation& b) { return a.first == b.first; });
  const std::int64_t tied_both = tied_pairs(sorted.begin(), sorted.end(), std::equal_to<Observation>());
  std::vector<double> in_order_of_x(sorted.size());
  std::transform(sorted.begin(), sorted.end(), in_order_of_x.begin(),
                 [](const Observation& observation) { return observation.second; });
  order.discordant = sort_counting_inversions(in_order_of_x);
  order.tied_y = tied_pairs(in_order_of_x.begin(), in_order_of_x.end(), std::equal_to<double>());
  order.concordant = order.pairs - order.tied_x - order.tied_y + tied_both - order.discordant;
  return order;
}

}  // namespace homolog::experiments
