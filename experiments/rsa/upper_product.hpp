#pragma once

#include <memory>

#include "experiments/rsa/unit_blocks.hpp"

namespace homolog::experiments {

/// Adds products block by block, in memory that it keeps from one to the next.
class UpperProduct {
 public:
  UpperProduct();
  ~UpperProduct();
  UpperProduct(const UpperProduct&) = delete;
  UpperProduct& operator=(const UpperProduct&) = delete;

  /// sum_ij += sum over columns k of left_ik right_jk, for i <= j only; what is below the diagonal is
  /// undefined. `left` and `right` have the same shape [n, k] and may be one matrix, `sum` is [n, n].
  ///
  /// Only for products that are symmetric: right = left, or both made of the same two parts in turned order.
  /// Computed in fixed tiles that the threads of the current TBB arena share: the bits do not depend on the
  /// number of threads.
  void add(const RowMatrix& left, const RowMatrix& right, Eigen::MatrixXd& sum);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

/// UpperProduct::add() once.
void add_upper_product(const RowMatrix& left, const RowMatrix& right, Eigen::MatrixXd& sum);

}  // namespace homolog::experiments
