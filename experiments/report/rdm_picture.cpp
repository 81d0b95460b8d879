#include "experiments/report/rdm_picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/nan.hpp"

namespace homolog::experiments::report {
namespace {

/// Mean finite dissimilarity between two blocks of stimuli, NaN if there is none.
double block_mean(const RdmMatrix& matrix, const std::vector<std::size_t>& order, std::size_t block,
                  std::size_t row, std::size_t column) {
  double sum = 0.0;
  std::size_t count = 0;
  for (std::size_t i = row * block; i < std::min(matrix.n, (row + 1) * block); ++i) {
    for (std::size_t j = column * block; j < std::min(matrix.n, (column + 1) * block); ++j) {
      const double value = matrix.values[order[i] * matrix.n + order[j]];
      if (std::isfinite(value)) {
        sum += value;
        ++count;
      }
    }
  }
  return count == 0 ? kNaN : sum / static_cast<double>(count);
}

}  // namespace

std::vector<std::size_t> display_order(const std::vector<std::optional<std::int64_t>>& labels) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (labels[a].has_value() != labels[b].has_value()) {
      return labels[a].has_value();
    }
    return labels[a] < labels[b];
  });
  return order;
}

std::size_t block_size(std::size_t n, std::size_t most) {
  return std::max<std::size_t>(1, n / most + (n % most == 0 ? 0 : 1));
}

RdmPicture rdm_picture(const RdmMatrix& matrix, const std::vector<std::size_t>& order, std::size_t block) {
  RdmPicture picture;
  picture.block = block;
  picture.side = matrix.n / block + (matrix.n % block == 0 ? 0 : 1);
  std::vector<double> values;
  for (std::size_t row = 0; row < picture.side; ++row) {
    for (std::size_t column = row + 1; column < picture.side; ++column) {
      values.push_back(block_mean(matrix, order, block, row, column));
    }
  }
  picture.levels.assign(values.size(), kNoLevel);

  std::vector<std::size_t> ranked;  // indices of finite values, ascending by value
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) {
      ranked.push_back(i);
    }
  }
  std::sort(ranked.begin(), ranked.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  if (ranked.empty()) {
    return picture;
  }
  const auto last = static_cast<double>(ranked.size() - 1);
  for (std::size_t first = 0; first < ranked.size();) {
    std::size_t end = first;
    while (end < ranked.size() && values[ranked[end]] == values[ranked[first]]) {
      ++end;
    }
    const double midrank = 0.5 * static_cast<double>(first + end - 1);
    const double percentile = last > 0.0 ? midrank / last : 0.5;
    for (std::size_t k = first; k < end; ++k) {
      picture.levels[ranked[k]] = static_cast<std::uint8_t>(std::lround(254.0 * percentile));
    }
    first = end;
  }
  for (int tenth = 0; tenth <= 10; ++tenth) {
    picture.deciles.push_back(values[ranked[static_cast<std::size_t>(std::lround(last * tenth / 10.0))]]);
  }
  return picture;
}

}  // namespace homolog::experiments::report
