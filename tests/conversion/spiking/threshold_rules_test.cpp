#include "conversion/spiking/threshold_rules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "conversion/spiking/sample_positions.hpp"

namespace homolog::conversion::threshold_rules_test {
namespace {

/// An integrate-and-fire neuron, step by step, in double.
double simulated(double activation, double threshold, int steps, double initial) {
  double v = initial * threshold;
  int spikes = 0;
  for (int t = 0; t < steps; ++t) {
    v += activation;
    if (v >= threshold) {
      v -= threshold;
      ++spikes;
    }
  }
  return threshold * spikes / steps;
}

TEST(Quantised, IsWhatANeuronMakesOfAConstantInput) {
  // Multiples of 1/64 and thresholds that are powers of two: every sum is exact.
  for (const int steps : {1, 4, 7, 16}) {
    for (const double threshold : {0.5, 1.0, 2.0}) {
      for (int i = -64; i <= 256; ++i) {
        const double a = i / 64.0;
        EXPECT_EQ(quantised(a, threshold, static_cast<sim::Step>(steps), 0.5),
                  simulated(a, threshold, steps, 0.5))
            << a << " at " << threshold << " in " << steps;
      }
    }
  }
}

std::vector<float> exponential(int n, unsigned seed) {
  std::mt19937 random(seed);
  std::exponential_distribution<float> draw(1.0F);
  std::vector<float> values;
  for (int i = 0; i < n; ++i) {
    values.push_back(i % 3 == 0 ? 0.0F : draw(random));
  }
  return values;
}

void expect_best_of_the_grid(int power) {
  for (const int steps : {4, 8, 32}) {
    const std::vector<float> values = exponential(500, static_cast<unsigned>(steps));
    const float largest = *std::max_element(values.begin(), values.end());
    const auto error = [&](double threshold) {
      double sum = 0.0;
      for (const float a : values) {
        const double wanted = static_cast<double>(a);
        sum += std::pow(std::abs(simulated(wanted, threshold, steps, 0.5) - wanted), power);
      }
      return sum;
    };
    const float found = least_error_threshold(values, largest, static_cast<sim::Step>(steps), 0.5, power);
    for (int percent = 6; percent <= 100; ++percent) {
      // The neuron's repeated sums and one division round differently: an activation at the very edge of a
      // step may fall to either side and change the sum a little.
      EXPECT_LE(error(static_cast<double>(found)),
                error(static_cast<double>(largest) * percent / 100.0) * 1.0001)
          << steps << " steps, " << percent << " %";
    }
  }
}

TEST(LeastErrorThreshold, IsTheBestOfTheGridByBruteForce) {
  expect_best_of_the_grid(2);
  expect_best_of_the_grid(3);
}

TEST(LeastErrorThreshold, OfCubesClipsLessThanOfSquares) {
  const std::vector<float> values = exponential(5000, 3);
  const float largest = *std::max_element(values.begin(), values.end());
  for (const sim::Step steps : {2U, 4U, 8U, 16U}) {
    EXPECT_GT(least_error_threshold(values, largest, steps, 0.5, 3),
              least_error_threshold(values, largest, steps, 0.5, 2))
        << steps;
  }
}

TEST(LeastErrorThreshold, ClipsMoreWithFewerSteps) {
  const std::vector<float> values = exponential(5000, 3);
  const float largest = *std::max_element(values.begin(), values.end());
  float before = 0.0F;
  for (const sim::Step steps : {2U, 4U, 8U, 16U, 64U}) {
    const float found = least_error_threshold(values, largest, steps, 0.5, 2);
    EXPECT_GE(found, before) << steps;
    before = found;
  }
}

TEST(BalancedThreshold, GrowsByTheMeanExcess) {
  // (3 - 1) + (2 - 1) over four activations.
  EXPECT_EQ(balanced_threshold(std::vector<float>{3.0F, 0.0F, 2.0F, 0.5F}, 1.0), 1.75);
}

TEST(BalancedThreshold, NeverPassesTheLargestAndReachesALoneOne) {
  double threshold = 0.0;
  for (int i = 0; i < 50; ++i) {
    const double next = balanced_threshold(std::vector<float>{2.0F, 0.0F}, threshold);
    // The excess over 2 halves with every image: 2 - threshold = 2 * 0.5^i.
    EXPECT_NEAR(2.0 - next, 2.0 * std::pow(0.5, i + 1), 1e-12);  // rounding of doubles near 2
    threshold = next;
  }
}

TEST(SamplePositions, AreAllPositionsOfASmallMapAndInsideALargeOne) {
  const SamplePositions small(1, 16, 10, 2048);
  EXPECT_EQ(small.per_image(), 16);
  EXPECT_EQ(small.at(3, 7), 7);
  const SamplePositions large(1, 10000, 10, 2048);
  EXPECT_EQ(large.per_image(), 205);
  std::vector<int> quarters(4, 0);
  for (std::int64_t image = 0; image < 10; ++image) {
    for (std::int64_t j = 0; j < large.per_image(); ++j) {
      const std::int64_t at = large.at(image, j);
      ASSERT_GE(at, 0);
      ASSERT_LT(at, 10000);
      ++quarters[static_cast<std::size_t>(at / 2500)];
    }
  }
  for (const int count : quarters) {
    EXPECT_NEAR(count, 512.5, 100);  // five standard deviations of a binomial count (19.6)
  }
}

}  // namespace
}  // namespace homolog::conversion::threshold_rules_test
