#include "conversion/spiking/ridge_change.hpp"

#include <gtest/gtest.h>

#include <random>

namespace homolog::conversion::ridge_change_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Samples of r = W' x + noise, W the first two unit vectors, x around `mean`.
RegressionSums sums_of(int samples, double noise, double mean, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  RegressionSums sums(3, 2);
  sums.samples = samples;
  for (int i = 0; i < samples; ++i) {
    VectorXd x(3);
    for (double& value : x) {
      value = mean + normal(random);
    }
    const VectorXd r{{x[0] + noise * normal(random), x[1] + noise * normal(random)}};
    sums.xx += x * x.transpose();
    sums.xr += x * r.transpose();
    sums.x += x;
    sums.r += r;
  }
  return sums;
}

MatrixXd unit_vectors() {
  return MatrixXd::Identity(3, 2);
}

TEST(RidgeChange, FindsWhatMadeTheResiduals) {
  const MatrixXd change = ridge_change(sums_of(2000, 0.0, 0.0, 1), sums_of(2000, 0.0, 0.0, 2), false);
  // Without noise the weakest prior is best: 1e-5 mean eigenvalues of both halves pull by as much.
  EXPECT_LT((change - unit_vectors()).norm(), 1e-4);
}

TEST(RidgeChange, IgnoresMeansIfCentred) {
  // A constant of r that is no multiple of x: 5 on both channels.
  const auto shifted = [](unsigned seed) {
    RegressionSums sums = sums_of(2000, 0.0, 3.0, seed);
    sums.xr += sums.x * VectorXd::Constant(2, 5.0).transpose();
    sums.r += VectorXd::Constant(2, 5.0 * sums.samples);
    return sums;
  };
  EXPECT_LT((ridge_change(shifted(1), shifted(2), true) - unit_vectors()).norm(), 1e-4);
  EXPECT_GT((ridge_change(shifted(1), shifted(2), false) - unit_vectors()).norm(), 0.1);
}

TEST(RidgeChange, IsNothingWhereWhatHelpsOneHalfHarmsTheOther) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const RegressionSums a = sums_of(30, 0.5, 0.0, seed);
    RegressionSums b = sums_of(30, 0.5, 0.0, 100 + seed);
    b.xr = -b.xr;
    EXPECT_EQ(ridge_change(a, b, false).size(), 0) << seed;
  }
}

TEST(RidgeChange, NeedsSamplesInBothHalves) {
  EXPECT_EQ(ridge_change(sums_of(10, 0.0, 0.0, 1), RegressionSums(3, 2), false).size(), 0);
  EXPECT_EQ(ridge_change(RegressionSums(3, 2), RegressionSums(3, 2), true).size(), 0);
}

}  // namespace
}  // namespace homolog::conversion::ridge_change_test
