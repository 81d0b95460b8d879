#include "experiments/rsa/gram.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;

// Rows and columns of a tile: two operands of 128 x 512 doubles are 1 MB, and 1,000 patterns make 36 tiles.
constexpr Index kTile = 128;

RowMatrix read_block(const Patterns& patterns, std::int64_t first, std::int64_t last) {
  const Index rows = patterns.count();
  const Index columns = last - first;
  const std::vector<float> values = patterns.read(first, last);
  if (values.size() != static_cast<std::size_t>(rows * columns)) {
    throw Error(ErrorKind::internal, patterns.name() + ": a block of units has " +
                                         std::to_string(values.size()) + " values, expected " +
                                         std::to_string(rows * columns));
  }
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (!std::isfinite(values[k])) {
      const auto place = static_cast<std::int64_t>(k);
      throw Error(ErrorKind::data, patterns.name() + ": the response of unit " +
                                       std::to_string(first + place % columns) + " to stimulus " +
                                       std::to_string(place / columns) + " is " + std::to_string(values[k]) +
                                       "; an RDM needs finite responses");
    }
  }
  using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const FloatRows>(values.data(), rows, columns).cast<double>();
}

/// Calls use(block) for all blocks of units, in order.
void for_each_block(const Patterns& patterns, std::int64_t block_units, const Progress& progress,
                    const BlockTransform& use) {
  const std::int64_t units = patterns.units();
  for (std::int64_t first = 0; first < units; first += block_units) {
    report(progress, static_cast<double>(first) / static_cast<double>(units));
    RowMatrix block = read_block(patterns, first, std::min(first + block_units, units));
    use(block);
  }
  report(progress, 1.0);
}

}  // namespace

Eigen::MatrixXd upper_gram(const Patterns& patterns, const BlockTransform& transform,
                           const Progress& progress, std::int64_t block_units) {
  const Index count = patterns.count();
  std::vector<std::pair<Index, Index>> tiles;  // first row, first column
  for (Index row = 0; row < count; row += kTile) {
    for (Index column = row; column < count; column += kTile) {
      tiles.emplace_back(row, column);
    }
  }
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(count, count);
  for_each_block(patterns, block_units, progress, [&](RowMatrix& block) {
    if (transform) {
      transform(block);
    }
    tbb::parallel_for(std::size_t{0}, tiles.size(), [&](std::size_t k) {
      const Index row = tiles[k].first;
      const Index column = tiles[k].second;
      const Index rows = std::min(kTile, count - row);
      const Index columns = std::min(kTile, count - column);
      gram.block(row, column, rows, columns).noalias() +=
          block.middleRows(row, rows) * block.middleRows(column, columns).transpose();
    });
  });
  return gram;
}

PatternMeans pattern_means(const Patterns& patterns, const Progress& progress, std::int64_t block_units) {
  const Index count = patterns.count();
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(count);
  Eigen::VectorXd low = Eigen::VectorXd::Constant(count, std::numeric_limits<double>::infinity());
  Eigen::VectorXd high = -low;
  for_each_block(patterns, block_units, progress, [&](RowMatrix& block) {
    sum += block.rowwise().sum();
    low = low.cwiseMin(block.rowwise().minCoeff());
    high = high.cwiseMax(block.rowwise().maxCoeff());
  });
  PatternMeans means;
  means.mean = sum / static_cast<double>(std::max<std::int64_t>(patterns.units(), 1));
  for (Index i = 0; i < count; ++i) {
    means.constant.push_back(low[i] >= high[i]);
  }
  return means;
}

}  // namespace homolog::experiments
