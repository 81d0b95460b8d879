#include "experiments/rsa/inference/nnls.hpp"

#include <Eigen/QR>
#include <limits>
#include <vector>

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The algorithm's state. "Passive" columns are those whose weight may be positive.
class ActiveSet {
 public:
  ActiveSet(const MatrixXd& a, const VectorXd& b)
      : a_(a),
        b_(b),
        passive_(static_cast<std::size_t>(a.cols()), false),
        weights_(VectorXd::Zero(a.cols())) {}

  [[nodiscard]] const VectorXd& weights() const { return weights_; }

  /// Makes that column passive that lowers the residual most steeply and finds the best weights. False when
  /// none does: the weights are optimal.
  bool step() {
    VectorXd gradient = a_.transpose() * (b_ - a_ * weights_);
    for (;;) {
      const Index column = steepest(gradient);
      if (column < 0) {
        return false;
      }
      passive(column) = true;
      const VectorXd best = least_squares();
      if (best(column) > 0.0) {
        approach(best);
        return true;
      }
      passive(column) = false;  // only rounding made its gradient positive
      gradient(column) = 0.0;
    }
  }

 private:
  std::vector<bool>::reference passive(Index column) { return passive_[static_cast<std::size_t>(column)]; }
  [[nodiscard]] bool is_passive(Index column) const { return passive_[static_cast<std::size_t>(column)]; }

  /// -1 if no gradient is positive beyond rounding.
  [[nodiscard]] Index steepest(const VectorXd& gradient) const {
    constexpr double rounding = 16.0 * std::numeric_limits<double>::epsilon();
    Index best = -1;
    for (Index k = 0; k < gradient.size(); ++k) {
      const double least = rounding * static_cast<double>(a_.rows()) * a_.col(k).norm() * b_.norm();
      if (!is_passive(k) && gradient(k) > least && (best < 0 || gradient(k) > gradient(best))) {
        best = k;
      }
    }
    return best;
  }

  /// Without the sign constraint, over the passive columns; 0 elsewhere.
  [[nodiscard]] VectorXd least_squares() const {
    std::vector<Index> columns;
    for (Index k = 0; k < a_.cols(); ++k) {
      if (is_passive(k)) {
        columns.push_back(k);
      }
    }
    MatrixXd part(a_.rows(), static_cast<Index>(columns.size()));
    for (std::size_t k = 0; k < columns.size(); ++k) {
      part.col(static_cast<Index>(k)) = a_.col(columns[k]);
    }
    const VectorXd solution = part.colPivHouseholderQr().solve(b_);
    VectorXd weights = VectorXd::Zero(a_.cols());
    for (std::size_t k = 0; k < columns.size(); ++k) {
      weights(columns[k]) = solution(static_cast<Index>(k));
    }
    return weights;
  }

  /// Goes towards `best` as far as weights stay >= 0, drops columns that reach 0, until best is feasible.
  void approach(VectorXd best) {
    for (;;) {
      double share = 1.0;
      Index limit = -1;
      for (Index k = 0; k < weights_.size(); ++k) {
        if (is_passive(k) && best(k) <= 0.0) {
          const double reach = weights_(k) / (weights_(k) - best(k));
          if (limit < 0 || reach < share) {
            share = reach;
            limit = k;
          }
        }
      }
      if (limit < 0) {
        weights_ = best;
        return;
      }
      weights_ += share * (best - weights_);
      weights_(limit) = 0.0;
      for (Index k = 0; k < weights_.size(); ++k) {
        if (is_passive(k) && weights_(k) <= 0.0) {
          weights_(k) = 0.0;
          passive(k) = false;
        }
      }
      best = least_squares();
    }
  }

  const MatrixXd& a_;
  const VectorXd& b_;
  std::vector<bool> passive_;
  VectorXd weights_;
};

}  // namespace

VectorXd nonnegative_least_squares(const MatrixXd& a, const VectorXd& b) {
  MatrixXd factor = a;
  VectorXd target = b;
  if (a.rows() > a.cols()) {  // A = Q R: |A w - b|^2 and |R w - Q^T b|^2 differ by a constant
    const Eigen::HouseholderQR<MatrixXd> qr(a);
    factor = qr.matrixQR().topRows(a.cols()).triangularView<Eigen::Upper>();
    target = (qr.householderQ().adjoint() * b).head(a.cols());
  }
  ActiveSet set(factor, target);
  // Each step lowers the residual, so no set of columns comes twice; far fewer steps than this are needed.
  const Index most = 10 * (a.cols() + 1);
  for (Index k = 0; k < most && set.step(); ++k) {
  }
  return set.weights();
}

}  // namespace homolog::experiments
