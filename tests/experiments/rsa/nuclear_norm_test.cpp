#include "experiments/rsa/nuclear_norm.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <limits>
#include <random>
#include <vector>

namespace homolog::experiments::nuclear_norm_test {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd random_matrix(Index rows, Index columns, std::mt19937& random) {
  std::normal_distribution<double> normal;
  return MatrixXd::NullaryExpr(rows, columns, [&] { return normal(random); });
}

/// A matrix with orthonormal columns.
MatrixXd orthonormal(Index rows, Index columns, std::mt19937& random) {
  const Eigen::HouseholderQR<MatrixXd> qr(random_matrix(rows, columns, random));
  return qr.householderQ() * MatrixXd::Identity(rows, columns);
}

TEST(NuclearNorm, SumsTheSingularValuesThatAMatrixWasMadeWith) {
  std::mt19937 random(1);
  const std::vector<std::vector<double>> values = {
      {3.0}, {5.0, 1e-9}, {2.0, 2.0, 2.0}, {7.0, 1.0, 0.0, 0.0}, {1e6, 1.0, 1e-6, 1e-12, 0.25, 40.0}};
  for (const auto& given : values) {
    const auto n = static_cast<Index>(given.size());
    const Eigen::VectorXd singular = Eigen::Map<const Eigen::VectorXd>(given.data(), n);
    for (const Index more : {0, 1, 5}) {
      const MatrixXd matrix =
          orthonormal(n + more, n, random) * singular.asDiagonal() * orthonormal(n, n, random).transpose();
      // Backward stable: each value is off by some roundings of the largest one.
      const double tolerance =
          100.0 * static_cast<double>(n) * std::numeric_limits<double>::epsilon() * singular.maxCoeff();
      EXPECT_NEAR(nuclear_norm(matrix), singular.sum(), tolerance);
      EXPECT_NEAR(nuclear_norm(matrix.transpose()), singular.sum(), tolerance);
    }
  }
}

TEST(NuclearNorm, OfASymmetricMatrixIsTheSumOfItsAbsoluteEigenvalues) {
  std::mt19937 random(2);
  const Index n = 60;
  const MatrixXd vectors = orthonormal(n, n, random);
  const Eigen::VectorXd values = random_matrix(n, 1, random);
  EXPECT_NEAR(nuclear_norm(vectors * values.asDiagonal() * vectors.transpose()), values.cwiseAbs().sum(),
              1e-11);  // 60 values near 1, each off by some hundred roundings at most
}

TEST(NuclearNorm, OfMatricesWhoseValuesAreKnownByHeart) {
  EXPECT_EQ(nuclear_norm({}), 0.0);
  EXPECT_EQ(nuclear_norm(MatrixXd(0, 3)), 0.0);
  EXPECT_EQ(nuclear_norm(MatrixXd::Zero(4, 3)), 0.0);
  EXPECT_NEAR(nuclear_norm(MatrixXd::Constant(1, 1, -2.5)), 2.5, 1e-14);
  EXPECT_NEAR(nuclear_norm(MatrixXd::Identity(5, 5)), 5.0, 1e-14);
  EXPECT_NEAR(nuclear_norm(MatrixXd::Ones(4, 9)), 6.0, 1e-14);  // one value, sqrt(4 * 9); some roundings
}

}  // namespace
}  // namespace homolog::experiments::nuclear_norm_test
