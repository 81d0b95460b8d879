#pragma once

#include <Eigen/Core>

namespace homolog::experiments {

/// Sum of the singular values of a matrix of finite values [rows, columns]; 0 for an empty one. Its error is
/// some roundings of the largest singular value, as that of any backward stable method.
///
/// Householder reflections make the matrix bidiagonal; the singular values of a bidiagonal matrix with
/// diagonal d and superdiagonal e are the positive eigenvalues of the symmetric tridiagonal matrix with
/// diagonal 0 and d_1, e_1, d_2, e_2, ... beside it, which is [0 A; A' 0] reordered.
/// (Golub and Kahan 1965, doi:10.1137/0702016.)
[[nodiscard]] double nuclear_norm(Eigen::MatrixXd matrix);

}  // namespace homolog::experiments
