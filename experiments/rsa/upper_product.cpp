#include "experiments/rsa/upper_product.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <optional>
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

// A register block is 4 rows of `left` by 3 vectors of rows of `right`: 12 sums, 3 vectors on their way and
// one number of `left` in the 16 registers that every instruction set has (BLIS, Van Zee & van de Geijn 2015,
// doi:10.1145/2764454). Of 256 columns the rows of `left` are 8 kB, those of `right` three times a vector's.
inline constexpr std::size_t kBlockRows = 4;
inline constexpr std::size_t kBlockVectors = 3;
inline constexpr std::size_t kDepth = 256;
inline constexpr std::size_t kMostLanes = 8;

/// The rows of one register block: number r of column k is row[k * stride + r].
struct BlockOperands {
  const double* left = nullptr;             ///< kBlockRows of them
  const double* right[kBlockVectors] = {};  ///< as many as a vector has lanes
  std::size_t stride = 0;
  std::size_t depth = 0;
};

}  // namespace homolog::experiments
#endif

HWY_BEFORE_NAMESPACE();
namespace homolog::experiments {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using DoubleTag = hn::CappedTag<double, kMostLanes>;

std::size_t lanes() {
  return hn::Lanes(DoubleTag());
}

/// product[row * kBlockVectors * lanes() + column] = the sum over depth, in order.
void multiply_block(const BlockOperands& block, double* HWY_RESTRICT product) {
  const DoubleTag d;
  const std::size_t lanes = hn::Lanes(d);
  const double* HWY_RESTRICT left = block.left;
  const double* HWY_RESTRICT right0 = block.right[0];
  const double* HWY_RESTRICT right1 = block.right[1];
  const double* HWY_RESTRICT right2 = block.right[2];
  auto s00 = hn::Zero(d);
  auto s01 = hn::Zero(d);
  auto s02 = hn::Zero(d);
  auto s10 = hn::Zero(d);
  auto s11 = hn::Zero(d);
  auto s12 = hn::Zero(d);
  auto s20 = hn::Zero(d);
  auto s21 = hn::Zero(d);
  auto s22 = hn::Zero(d);
  auto s30 = hn::Zero(d);
  auto s31 = hn::Zero(d);
  auto s32 = hn::Zero(d);
  for (std::size_t k = 0; k < block.depth; ++k) {
    const auto r0 = hn::Load(d, right0);
    const auto r1 = hn::Load(d, right1);
    const auto r2 = hn::Load(d, right2);
    const auto l0 = hn::Set(d, left[0]);
    s00 = hn::MulAdd(l0, r0, s00);
    s01 = hn::MulAdd(l0, r1, s01);
    s02 = hn::MulAdd(l0, r2, s02);
    const auto l1 = hn::Set(d, left[1]);
    s10 = hn::MulAdd(l1, r0, s10);
    s11 = hn::MulAdd(l1, r1, s11);
    s12 = hn::MulAdd(l1, r2, s12);
    const auto l2 = hn::Set(d, left[2]);
    s20 = hn::MulAdd(l2, r0, s20);
    s21 = hn::MulAdd(l2, r1, s21);
    s22 = hn::MulAdd(l2, r2, s22);
    const auto l3 = hn::Set(d, left[3]);
    s30 = hn::MulAdd(l3, r0, s30);
    s31 = hn::MulAdd(l3, r1, s31);
    s32 = hn::MulAdd(l3, r2, s32);
    left += block.stride;
    right0 += block.stride;
    right1 += block.stride;
    right2 += block.stride;
  }
  hn::Store(s00, d, product);
  hn::Store(s01, d, product + lanes);
  hn::Store(s02, d, product + 2 * lanes);
  product += kBlockVectors * lanes;
  hn::Store(s10, d, product);
  hn::Store(s11, d, product + lanes);
  hn::Store(s12, d, product + 2 * lanes);
  product += kBlockVectors * lanes;
  hn::Store(s20, d, product);
  hn::Store(s21, d, product + lanes);
  hn::Store(s22, d, product + 2 * lanes);
  product += kBlockVectors * lanes;
  hn::Store(s30, d, product);
  hn::Store(s31, d, product + lanes);
  hn::Store(s32, d, product + 2 * lanes);
}

}  // namespace HWY_NAMESPACE
}  // namespace homolog::experiments
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace homolog::experiments {
namespace {

HWY_EXPORT(lanes);
HWY_EXPORT(multiply_block);

// Rows and columns of a tile, which one thread computes: a multiple of all blocks. 2 x 96 x 256 doubles fit a
// second-level cache of 512 kB; 1,000 patterns make 66 tiles.
constexpr std::size_t kTile = 96;

std::size_t rounded_up(std::size_t value, std::size_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// One panel: `width` rows of a matrix side by side, column by column. Rows beyond the last are 0.
template <std::size_t width>
void pack_panel(const RowMatrix& matrix, std::size_t row, std::size_t first, std::size_t depth,
                double* HWY_RESTRICT panel) {
  static constexpr double kZeros[kDepth] = {};
  const double* from[width];
  for (std::size_t r = 0; r < width; ++r) {
    const bool there = row + r < static_cast<std::size_t>(matrix.rows());
    from[r] = there ? matrix.data() + (row + r) * static_cast<std::size_t>(matrix.cols()) + first : kZeros;
  }
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t r = 0; r < width; ++r) {
      panel[k * width + r] = from[r][k];
    }
  }
}

/// Columns [first, first + depth) of a matrix in panels of as many rows as a vector has lanes, at least
/// kBlockRows, so that the same panels serve both sides of a product.
class PackedRows {
 public:
  explicit PackedRows(std::size_t rows)
      : rows_(rounded_up(rows, kTile)),
        width_(std::max(kBlockRows, HWY_DYNAMIC_DISPATCH(lanes)())),
        values_(hwy::AllocateAligned<double>(rows_ * kDepth)) {
    if (values_ == nullptr) {
      throw std::bad_alloc();
    }
  }

  void pack(const RowMatrix& matrix, std::size_t first, std::size_t depth) {
    depth_ = depth;
    tbb::parallel_for(std::size_t{0}, rows_ / width_, [&](std::size_t p) {
      double* panel = values_.get() + p * depth * width_;
      if (width_ == kMostLanes) {
        pack_panel<kMostLanes>(matrix, p * width_, first, depth, panel);
      } else {
        pack_panel<kBlockRows>(matrix, p * width_, first, depth, panel);
      }
    });
  }

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  /// Where the rows from `row` begin.
  [[nodiscard]] const double* at(std::size_t row) const {
    return values_.get() + row / width_ * width_ * depth_ + row % width_;
  }

 private:
  std::size_t rows_;
  std::size_t width_;
  std::size_t depth_ = 0;
  hwy::AlignedFreeUniquePtr<double[]> values_;
};

/// Adds a block's product to `sum`, on and above the diagonal: rows of `right` to the rows from `row`, which
/// are contiguous in a column, rows of `left` to the columns from `column`. The product is symmetric, so this
/// is what left_i right_j gives for i <= j.
void add_block(const PackedRows& left, const PackedRows& right, std::size_t lanes, std::size_t row,
               std::size_t column, Eigen::MatrixXd& sum) {
  alignas(64) double product[kBlockRows * kBlockVectors * kMostLanes];
  const BlockOperands block{.left = left.at(column),
                            .right = {right.at(row), right.at(row + lanes), right.at(row + 2 * lanes)},
                            .stride = left.width(),
                            .depth = left.depth()};
  HWY_DYNAMIC_DISPATCH(multiply_block)(block, product);
  const auto count = static_cast<std::size_t>(sum.rows());
  const std::size_t rows = kBlockVectors * lanes;
  for (std::size_t c = 0; c < kBlockRows && column + c < count; ++c) {
    double* to = sum.data() + (column + c) * count + row;
    const std::size_t end = std::min(row + rows, column + c + 1);
    const double* from = product + c * rows;
    for (std::size_t r = 0; row + r < end; ++r) {
      to[r] += from[r];
    }
  }
}

void add_tile(const PackedRows& left, const PackedRows& right, std::size_t row, std::size_t column,
              Eigen::MatrixXd& sum) {
  const auto count = static_cast<std::size_t>(sum.rows());
  const std::size_t lanes = HWY_DYNAMIC_DISPATCH(lanes)();
  for (std::size_t c = column; c < std::min(column + kTile, count); c += kBlockRows) {
    const std::size_t last_column = std::min(c + kBlockRows, count) - 1;
    for (std::size_t r = row; r < std::min(row + kTile, count) && r <= last_column;
         r += kBlockVectors * lanes) {
      add_block(left, right, lanes, r, c, sum);  // the four columns of `sum` stay in the cache
    }
  }
}

/// What is there, unless it was made for another number of rows.
PackedRows& for_rows(std::optional<PackedRows>& packed, std::size_t rows) {
  if (!packed || packed->rows() != rounded_up(rows, kTile)) {
    packed.emplace(rows);
  }
  return *packed;
}

}  // namespace

struct UpperProduct::Buffers {
  std::optional<PackedRows> left{};
  std::optional<PackedRows> right{};
};

UpperProduct::UpperProduct() : buffers_(std::make_unique<Buffers>()) {}
UpperProduct::~UpperProduct() = default;

void UpperProduct::add(const RowMatrix& left, const RowMatrix& right, Eigen::MatrixXd& sum) {
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
  const bool same = &left == &right;
  PackedRows& packed_left = for_rows(buffers_->left, count);
  PackedRows& packed_right = same ? packed_left : for_rows(buffers_->right, count);
  for (std::size_t first = 0; first < columns; first += kDepth) {
    const std::size_t depth = std::min(kDepth, columns - first);
    packed_left.pack(left, first, depth);
    if (!same) {
      packed_right.pack(right, first, depth);
    }
    tbb::parallel_for(std::size_t{0}, tiles.size(), [&](std::size_t k) {
      add_tile(packed_left, packed_right, tiles[k].first, tiles[k].second, sum);
    });
  }
}

void add_upper_product(const RowMatrix& left, const RowMatrix& right, Eigen::MatrixXd& sum) {
  UpperProduct().add(left, right, sum);
}

}  // namespace homolog::experiments
#endif
