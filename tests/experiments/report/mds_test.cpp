#include "experiments/report/mds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/core/nan.hpp"
#include "sim/core/random.hpp"

namespace homolog::experiments::report::mds_test {
namespace {

double distance(const StimulusMap& map, std::size_t i, std::size_t j) {
  return std::hypot(map.x[i] - map.x[j], map.y[i] - map.y[j]);
}

/// Euclidean distances of points in the plane.
RdmMatrix distances_of(const std::vector<double>& x, const std::vector<double>& y) {
  RdmMatrix rdm{.n = x.size(), .values = {}};
  for (std::size_t i = 0; i < rdm.n; ++i) {
    for (std::size_t j = 0; j < rdm.n; ++j) {
      rdm.values.push_back(std::hypot(x[i] - x[j], y[i] - y[j]));
    }
  }
  return rdm;
}

/// Symmetric, in [0.2, 1.2): no map in the plane has these distances.
RdmMatrix random_rdm(std::size_t n) {
  RdmMatrix rdm{.n = n, .values = std::vector<double>(n * n, 0.0)};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const auto bits = sim::philox({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), 0, 0}, 3);
      rdm.values[i * n + j] = rdm.values[j * n + i] = 0.2 + static_cast<double>(sim::uniform(bits[0]));
    }
  }
  return rdm;
}

TEST(Mds, DistancesInThePlaneAreFoundAgainByBothMethods) {
  const RdmMatrix rdm = distances_of({0.0, 3.0, 3.0, 0.0, 1.0}, {0.0, 0.0, 1.0, 1.0, 5.0});
  const StimulusMap classical = classical_map(rdm).value();
  const StimulusMap smacof = smacof_map(rdm, classical);
  for (const StimulusMap& map : {classical, smacof}) {
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t j = 0; j < 5; ++j) {
        // Roots of eigenvalues that are exact to about 1e-15 of the largest, some 20.
        EXPECT_NEAR(distance(map, i, j), rdm.values[i * 5 + j], 1e-6);
      }
    }
    EXPECT_NEAR(map.stress, 0.0, 1e-6);
  }
}

TEST(Mds, FourStimuliAsFarFromOneAnotherAsTheCornersOfASquareHaveTheEigenvaluesOfTheSquare) {
  const StimulusMap map = classical_map(distances_of({1.0, -1.0, -1.0, 1.0}, {2.0, 2.0, -2.0, -2.0})).value();
  // B = X X^T: the axes have sums of squares 4 x 2^2 and 4 x 1^2.
  double xx = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < 4; ++i) {
    xx += map.x[i] * map.x[i];
    yy += map.y[i] * map.y[i];
  }
  EXPECT_NEAR(xx, 16.0, 1e-9);
  EXPECT_NEAR(yy, 4.0, 1e-9);
}

TEST(Mds, SmacofLosesLessAndIsStationary) {
  const RdmMatrix rdm = random_rdm(12);
  const StimulusMap classical = classical_map(rdm).value();
  const StimulusMap smacof = smacof_map(rdm, classical);
  EXPECT_LT(smacof.stress, classical.stress);
  // Where the Guttman transform no longer moves the points, sum d delta = sum d^2 (Borg & Groenen 2005, 8.5);
  // the last step gained less than a millionth of the stress.
  double cross = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = i + 1; j < 12; ++j) {
      cross += distance(smacof, i, j) * rdm.values[i * 12 + j];
      squares += distance(smacof, i, j) * distance(smacof, i, j);
    }
  }
  EXPECT_NEAR(cross / squares, 1.0, 1e-3);
}

TEST(Mds, WhatSaysNothingHasNoMap) {
  EXPECT_FALSE(classical_map({.n = 2, .values = {0.0, 1.0, 1.0, 0.0}}));
  EXPECT_FALSE(classical_map({.n = 0, .values = {}}));
  EXPECT_FALSE(classical_map({.n = 3, .values = {0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0}}));
  RdmMatrix rdm = random_rdm(5);
  rdm.values[1] = kNaN;
  EXPECT_FALSE(classical_map(rdm));
  rdm.values[1] = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(classical_map(rdm));
}

TEST(Mds, NegativeDissimilaritiesCountAsZero) {
  RdmMatrix rdm = distances_of({0.0, 0.0, 2.0}, {0.0, 0.0, 0.0});
  rdm.values[1] = rdm.values[3] = -0.5;
  const StimulusMap map = classical_map(rdm).value();
  EXPECT_NEAR(distance(map, 0, 1), 0.0, 1e-6);
  EXPECT_NEAR(distance(map, 0, 2), 2.0, 1e-6);
}

}  // namespace
}  // namespace homolog::experiments::report::mds_test
