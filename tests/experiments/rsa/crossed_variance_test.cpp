#include "experiments/rsa/inference/crossed_variance.hpp"
#include "sim/core/nan.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace homolog::experiments::crossed_variance_test {
namespace {

using Cube = std::array<std::array<std::array<double, 3>, 3>, 3>;
using Weights = std::array<double, 3>;

// Arbitrary, but such that neither bound of the variance is reached.
constexpr Cube kCube{{{{{17, 12, 10}, {5, 6, 0}, {1, 0, 3}}},
                      {{{16, 12, 18}, {10, 12, 19}, {14, 12, 10}}},
                      {{{11, 18, 5}, {16, 13, 0}, {7, 17, 11}}}}};
constexpr Weights kOnce{1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0};

bool has(unsigned set, unsigned dimension) {
  return (set >> dimension & 1U) != 0;
}

/// Weights of all 27 equally probable draws of three things.
std::vector<Weights> all_draws() {
  std::vector<Weights> draws;
  for (std::size_t k = 0; k < 27; ++k) {
    Weights weights{};
    for (const std::size_t thing : {k % 3, k / 3 % 3, k / 9}) {
      weights[thing] += 1.0 / 3.0;
    }
    draws.push_back(weights);
  }
  return draws;
}

/// Variance of the weighted mean over all draws of these dimensions.
double variance_over_draws(unsigned set) {
  const auto draws_of = [set](unsigned d) { return has(set, d) ? all_draws() : std::vector<Weights>{kOnce}; };
  double sum = 0.0;
  double squares = 0.0;
  double count = 0.0;
  for (const Weights& a : draws_of(0)) {
    for (const Weights& b : draws_of(1)) {
      for (const Weights& c : draws_of(2)) {
        double mean = 0.0;
        for (std::size_t i = 0; i < 3; ++i) {
          for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k) {
              mean += a[i] * b[j] * c[k] * kCube[i][j][k];
            }
          }
        }
        sum += mean;
        squares += mean * mean;
        ++count;
      }
    }
  }
  return squares / count - (sum / count) * (sum / count);
}

/// Mean square of the interaction of these dimensions, divided by the number of cells: its expectation is the
/// sum, over all sets of dimensions that hold this one, of their variance component over the number of
/// levels.
double mean_square(unsigned set) {
  Cube left = kCube;
  for (unsigned d = 0; d < 3; ++d) {
    const std::array<std::size_t, 3> step{d == 0 ? 1U : 0U, d == 1 ? 1U : 0U, d == 2 ? 1U : 0U};
    Cube next{};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        for (std::size_t k = 0; k < 3; ++k) {
          double mean = 0.0;
          for (std::size_t other = 0; other < 3; ++other) {
            mean +=
                left[(i + step[0] * other) % 3][(j + step[1] * other) % 3][(k + step[2] * other) % 3] / 3.0;
          }
          next[i][j][k] = has(set, d) ? left[i][j][k] - mean : mean;
        }
      }
    }
    left = next;
  }
  double squares = 0.0;
  for (const auto& plane : left) {
    for (const auto& line : plane) {
      for (const double value : line) {
        squares += value * value;
      }
    }
  }
  return squares / std::pow(2.0, std::popcount(set)) / 27.0;
}

TEST(CrossedVariance, IsTheUnbiasedVarianceOfAMeanOverThreeCrossedRandomEffects) {
  std::vector<double> draws;
  double expected = 0.0;  // analysis of variance: each component once
  for (unsigned set = 1; set < 8; ++set) {
    draws.push_back(variance_over_draws(set));
    expected += (std::popcount(set) % 2 == 1 ? 1.0 : -1.0) * mean_square(set);
  }
  const std::array<std::size_t, 3> sizes{3, 3, 3};
  const double got = crossed_bootstrap_variance(draws, sizes);
  EXPECT_NEAR(got, expected, 1e-10);  // squares of means of some 100, in 19,683 terms
  ASSERT_LT(got, draws.back());       // not a bound
  ASSERT_GT(got, 1.5 * draws[0]);
}

TEST(CrossedVariance, StaysWithinItsBounds) {
  const std::array<std::size_t, 2> sizes{2, 2};
  // One dimension alone varies more than the formula gives; both together less.
  EXPECT_EQ(crossed_bootstrap_variance(std::array{1.0, 0.1, 3.0}, sizes), 2.0);
  EXPECT_EQ(crossed_bootstrap_variance(std::array{1.0, 1.0, 1.5}, sizes), 1.5);
}

TEST(CrossedVariance, OfOneDimensionHasTheFactorForSmallSamples) {
  const std::array<std::size_t, 1> size{5};
  EXPECT_EQ(small_sample_factor(5), 1.25);
  EXPECT_EQ(crossed_bootstrap_variance(std::array{2.0}, size), 2.5);
}

TEST(CrossedVariance, IsUndefinedIfAnyIs) {
  const std::array<std::size_t, 2> sizes{4, 4};
  const double nan = kNaN;
  EXPECT_TRUE(std::isnan(crossed_bootstrap_variance(std::array{nan, 1.0, 1.0}, sizes)));
  EXPECT_TRUE(std::isnan(crossed_bootstrap_variance(std::array{1.0, nan, 1.0}, sizes)));
  EXPECT_TRUE(std::isnan(crossed_bootstrap_variance(std::array{1.0, 1.0, nan}, sizes)));
}

}  // namespace
}  // namespace homolog::experiments::crossed_variance_test
