#include "experiments/rsa/upper_product.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace homolog::experiments {
namespace {

using Eigen::Index;

// Rows and columns of a tile: two operands of 128 x 512 doubles are 1 MB, and 1,000 patterns make 36 tiles.
constexpr Index kTile = 128;

}  // namespace

void add_upper_product(const RowMatrix& left, const RowMatrix& right, Eigen::MatrixXd& sum) {
  const Index count = sum.rows();
  std::vector<std::pair<Index, Index>> tiles;  // first row, first column
  for (Index row = 0; row < count; row += kTile) {
    for (Index column = row; column < count; column += kTile) {
      tiles.emplace_back(row, column);
    }
  }
  tbb::parallel_for(std::size_t{0}, tiles.size(), [&](std::size_t k) {
    const Index row = tiles[k].first;
    const Index column = tiles[k].second;
    const Index rows = std::min(kTile, count - row);
    const Index columns = std::min(kTile, count - column);
    sum.block(row, column, rows, columns).noalias() +=
        left.middleRows(row, rows) * right.middleRows(column, columns).transpose();
  });
}

}  // namespace homolog::experiments
