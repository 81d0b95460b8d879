#include "experiments/rsa/upper_product.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "experiments/rsa/upper_product.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles what follows once per target

#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#ifndef HOMOLOG_UPPER_PRODUCT_ONCE
#define HOMOLOG_UPPER_PRODUCT_ONCE
namespace homolog::experiments {

// A register block is 6 rows of `left` by 2 vectors of rows of `right`: 12 sums, 2 vectors on their way and
// one number of `left` in the 16 registers that every instruction set has (BLIS, Van Zee & van de Geijn 2015,
// doi:10.1145/2764454). 256 columns of it are 12 and 16 kB, half a first-level cache.
inline constexpr std::size_t kPanelRows = 6;
inline constexpr std::size_t kPanelVectors = 2;
inline constexpr std::size_t kDepth = 256;
inline constexpr std::size_t kMostPanelColumns = 16;  ///< of 8 lanes

/// One panel of each operand: `depth` times kPanelRows, and `depth` times the panel's columns.
struct Panels {
  const double* left = nullptr;
  const double* right = nullptr;
  std::size_t depth = 0;
};

}  // namespace homolog::experiments
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::experiments {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using DoubleTag = hn::CappedTag<double, kMostPanelColumns / kPanelVectors>;

std::size_t panel_columns() {
  return kPanelVectors * hn::Lanes(DoubleTag());
}

/// product[row * panel_columns() + column] = the sum over depth, in order.
void multiply_panels(const Panels& panels, double* HWY_RESTRICT product) {
  const DoubleTag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t columns = kPanelVectors * lanes;
  const double* HWY_RESTRICT left = panels.left;
  const double* HWY_RESTRICT right = panels.right;
  auto s00 = hn::Zero(d);
  auto s01 = hn::Zero(d);
  auto s10 = hn::Zero(d);
  auto s11 = hn::Zero(d);
  auto s20 = hn::Zero(d);
  auto s21 = hn::Zero(d);
  auto s30 = hn::Zero(d);
  auto s31 = hn::Zero(d);
  auto s40 = hn::Zero(d);
  auto s41 = hn::Zero(d);
  auto s50 = hn::Zero(d);
  auto s51 = hn::Zero(d);
  for (std::size_t k = 0; k < panels.depth; ++k) {
    const auto r0 = hn::Load(d, right);
    const auto r1 = hn::Load(d, right + lanes);
    const auto l0 = hn::Set(d, left[0]);
    s00 = hn::MulAdd(l0, r0, s00);
    s01 = hn::MulAdd(l0, r1, s01);
    const auto l1 = hn::Set(d, left[1]);
    s10 = hn::MulAdd(l1, r0, s10);
    s11 = hn::MulAdd(l1, r1, s11);
    const auto l2 = hn::Set(d, left[2]);
    s20 = hn::MulAdd(l2, r0, s20);
    s21 = hn::MulAdd(l2, r1, s21);
    const auto l3 = hn::Set(d, left[3]);
    s30 = hn::MulAdd(l3, r0, s30);
    s31 = hn::MulAdd(l3, r1, s31);
    const auto l4 = hn::Set(d, left[4]);
    s40 = hn::MulAdd(l4, r0, s40);
    s41 = hn::MulAdd(l4, r1, s41);
    const auto l5 = hn::Set(d, left[5]);
    s50 = hn::MulAdd(l5, r0, s50);
    s51 = hn::MulAdd(l5, r1, s51);
    left += kPanelRows;
    right += columns;
  }
  hn::Store(s00, d, product);
  hn::Store(s01, d, product + lanes);
  hn::Store(s10, d, product + columns);
  hn::Store(s11, d, product + columns + lanes);
  hn::Store(s20, d, product + 2 * columns);
  hn::Store(s21, d, product + 2 * columns + lanes);
  hn::Store(s30, d, product + 3 * columns);
  hn::Store(s31, d, product + 3 * columns + lanes);
  hn::Store(s40, d, product + 4 * columns);
  hn::Store(s41, d, product + 4 * columns + lanes);
  hn::Store(s50, d, product + 5 * columns);
  hn::Store(s51, d, product + 5 * columns + lanes);
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::experiments
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::experiments {
namespace {

HWY_EXPORT(panel_columns);
HWY_EXPORT(multiply_panels);

// Rows and columns of a tile, which one thread computes: a multiple of all panels. 2 x 96 x 256 doubles fit a
// second-level cache of 512 kB; 1,000 patterns make 66 tiles.
constexpr std::size_t kTile = 96;

std::size_t rounded_up(std::size_t value, std::size_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Columns [first, first + depth) of a matrix in panels of `width` rows: number r of panel p at column k is
/// [(p * depth + k) * width + r]. Rows beyond the last are 0.
class PackedRows {
 public:
  PackedRows(std::size_t rows, std::size_t width)
      : rows_(rows), width_(width), values_(hwy::AllocateAligned<double>(rounded_up(rows, width) * kDepth)) {
    if (values_ == nullptr) {
      throw std::bad_alloc();
    }
  }

  void pack(const RowMatrix& matrix, std::size_t first, std::size_t depth) {
    tbb::parallel_for(std::size_t{0}, rounded_up(rows_, width_) / width_, [&](std::size_t p) {
      double* panel = values_.get() + p * depth * width_;
      for (std::size_t r = 0; r < width_; ++r) {
        const std::size_t row = p * width_ + r;
        if (row >= rows_) {
          for (std::size_t k = 0; k < depth; ++k) {
            panel[k * width_ + r] = 0.0;
          }
          continue;
        }
        const double* from = matrix.data() + row * static_cast<std::size_t>(matrix.cols()) + first;
        for (std::size_t k = 0; k < depth; ++k) {
          panel[k * width_ + r] = from[k];
        }
      }
    });
  }

  [[nodiscard]] const double* panel_of(std::size_t row, std::size_t depth) const {
    return values_.get() + row * depth;
  }

 private:
  std::size_t rows_;
  std::size_t width_;
  hwy::AlignedFreeUniquePtr<double[]> values_;
};

/// What all tiles of one depth share.
struct Operands {
  const PackedRows& left;
  const PackedRows& right;
  std::size_t depth = 0;
  std::size_t panel_columns = 0;
};

/// Adds a panel's product to `sum`, on and above the diagonal: rows of `right` to the rows from `row`, which
/// are contiguous in a column, rows of `left` to the columns from `column`. The product is symmetric, so this
/// is what left_i right_j gives for i <= j.
void add_panel(const Operands& operands, std::size_t row, std::size_t column, Eigen::MatrixXd& sum) {
  alignas(64) double product[kPanelRows * kMostPanelColumns];
  const Panels panels{.left = operands.left.panel_of(column, operands.depth),
                      .right = operands.right.panel_of(row, operands.depth),
                      .depth = operands.depth};
  HWY_DYNAMIC_DISPATCH(multiply_panels)(panels, product);
  const auto count = static_cast<std::size_t>(sum.rows());
  for (std::size_t c = 0; c < kPanelRows && column + c < count; ++c) {
    double* to = sum.data() + (column + c) * count + row;
    const std::size_t end = std::min(row + operands.panel_columns, column + c + 1);
    const double* from = product + c * operands.panel_columns;
    for (std::size_t r = 0; row + r < end; ++r) {
      to[r] += from[r];
    }
  }
}

void add_tile(const Operands& operands, std::size_t row, std::size_t column, Eigen::MatrixXd& sum) {
  const auto count = static_cast<std::size_t>(sum.rows());
  for (std::size_t c = column; c < std::min(column + kTile, count); c += kPanelRows) {
    const std::size_t last_column = std::min(c + kPanelRows, count) - 1;
    for (std::size_t r = row; r < std::min(row + kTile, count) && r <= last_column;
         r += operands.panel_columns) {
      add_panel(operands, r, c, sum);  // the six columns of `sum` stay in the cache
    }
  }
}

}  // namespace

void add_upper_product(const RowMatrix& left, const RowMatrix& right, Eigen::MatrixXd& sum) {
  const auto count = static_cast<std::size_t>(sum.rows());
  const auto columns = static_cast<std::size_t>(left.cols());
  if (count == 0 || columns == 0) {
    return;
  }
  std::vector<std::pair<std::size_t, std::size_t>> tiles;  // first row, first column
  for (std::size_t row = 0; row < count; row += kTile) {
    for (std::size_t column = row; column < count; column += kTile) {
      tiles.emplace_back(row, column);
    }
  }
  const std::size_t panel_columns = HWY_DYNAMIC_DISPATCH(panel_columns)();
  PackedRows rows_of_left(count, kPanelRows);
  PackedRows rows_of_right(count, panel_columns);
  for (std::size_t first = 0; first < columns; first += kDepth) {
    const std::size_t depth = std::min(kDepth, columns - first);
    rows_of_left.pack(left, first, depth);
    rows_of_right.pack(right, first, depth);
    const Operands operands{rows_of_left, rows_of_right, depth, panel_columns};
    tbb::parallel_for(std::size_t{0}, tiles.size(),
                      [&](std::size_t k) { add_tile(operands, tiles[k].first, tiles[k].second, sum); });
  }
}

}  // namespace homolog::experiments
#endif
