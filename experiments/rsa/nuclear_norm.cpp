#include "experiments/rsa/nuclear_norm.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Householder>

namespace homolog::experiments {

double nuclear_norm(Eigen::MatrixXd matrix) {
  using Eigen::Index;
  if (matrix.size() == 0) {
    return 0.0;
  }
  if (matrix.rows() < matrix.cols()) {
    matrix.transposeInPlace();
  }
  const Index rows = matrix.rows();
  const Index columns = matrix.cols();
  Eigen::VectorXd beside(2 * columns - 1);  // d_1, e_1, d_2, ..., d_columns
  Eigen::VectorXd workspace(rows);
  double tau = 0.0;
  for (Index k = 0; k < columns; ++k) {
    auto below = matrix.col(k).tail(rows - k);
    below.makeHouseholderInPlace(tau, beside[2 * k]);
    const Index left = columns - k - 1;
    if (left == 0) {
      break;
    }
    matrix.bottomRightCorner(rows - k, left)
        .applyHouseholderOnTheLeft(below.tail(rows - k - 1), tau, workspace.data());
    auto right = matrix.row(k).tail(left);
    right.makeHouseholderInPlace(tau, beside[2 * k + 1]);
    matrix.bottomRightCorner(rows - k - 1, left)
        .applyHouseholderOnTheRight(right.tail(left - 1).transpose(), tau, workspace.data());
  }
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::VectorXd::Zero(2 * columns), beside, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().tail(columns).cwiseMax(0.0).sum();  // ascending, in pairs -s, s
}

}  // namespace homolog::experiments
