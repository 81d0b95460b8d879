#include "sim/encoding/poisson.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/random.hpp"

namespace homolog::sim::poisson_test {
namespace {

std::vector<UnitId> spikes(const std::vector<float>& probability, Step step, std::uint64_t seed = 1,
                           std::uint64_t image = 0, std::uint32_t population = 0) {
  std::vector<UnitId> fired{99};  // overwritten
  poisson_spikes(probability, seed, image, population, step, fired);
  return fired;
}

TEST(PoissonSpikes, AreCertainAtOneAndNeverAtZero) {
  const std::vector<float> probability{1.0F, 0.0F, 2.0F, -1.0F, 1.0F, std::nanf("")};
  for (Step step = 0; step < 100; ++step) {
    EXPECT_EQ(spikes(probability, step), (std::vector<UnitId>{0, 2, 4}));
  }
  EXPECT_TRUE(spikes({}, 0).empty());
}

TEST(PoissonSpikes, DependOnSeedImagePopulationStepAndUnitByTheDocumentedFormula) {
  const std::vector<float> probability(37, 0.5F);
  for (Step step = 0; step < 5; ++step) {
    std::vector<UnitId> expected;
    for (UnitId unit = 0; unit < 37; ++unit) {
      const auto words = philox({unit / 4, step, 8, 3}, 0x123456789ULL);
      if (uniform(words[unit % 4]) < 0.5F) {
        expected.push_back(unit);
      }
    }
    EXPECT_EQ(spikes(probability, step, 0x123456789ULL, 8, 3), expected);
  }
}

// Counts over n independent draws lie within 5 standard deviations, sqrt(p (1 - p) n), of p n with
// probability 1 - 6e-7 (normal approximation); the seed is fixed, so this holds once and for all.
double tolerance(double p, double n) {
  return 5.0 * std::sqrt(p * (1.0 - p) * n);
}

TEST(PoissonSpikes, HaveTheProbabilityOfEachUnit) {
  const std::vector<float> probability{0.01F, 0.1F, 0.25F, 0.5F, 0.75F, 0.9F, 0.99F};
  constexpr Step kSteps = 20000;
  std::vector<double> count(probability.size(), 0.0);
  for (Step step = 0; step < kSteps; ++step) {
    for (const UnitId unit : spikes(probability, step)) {
      count[unit] += 1.0;
    }
  }
  for (std::size_t unit = 0; unit < probability.size(); ++unit) {
    const auto p = static_cast<double>(probability[unit]);
    EXPECT_NEAR(count[unit], p * kSteps, tolerance(p, kSteps)) << unit;
  }
}

/// How often two units, steps, images, seeds or populations that differ in one number both fire.
template <class First, class Second>
void expect_independent(First first, Second second) {
  constexpr int kDraws = 20000;
  double both = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    both += first(i) && second(i) ? 1.0 : 0.0;
  }
  EXPECT_NEAR(both, 0.25 * kDraws, tolerance(0.25, kDraws));
}

TEST(PoissonSpikes, AreIndependentAcrossUnitsStepsImagesSeedsAndPopulations) {
  const std::vector<float> half(8, 0.5F);
  const auto fires = [&half](UnitId unit, int step, std::uint64_t seed, std::uint64_t image,
                             std::uint32_t population) {
    const auto fired = spikes(half, static_cast<Step>(step), seed, image, population);
    return std::binary_search(fired.begin(), fired.end(), unit);
  };
  const auto base = [&fires](int i) { return fires(2, i, 1, 0, 0); };
  expect_independent(base, [&fires](int i) { return fires(3, i, 1, 0, 0); });      // another word
  expect_independent(base, [&fires](int i) { return fires(6, i, 1, 0, 0); });      // another block
  expect_independent(base, [&fires](int i) { return fires(2, i + 1, 1, 0, 0); });  // another step
  expect_independent(base, [&fires](int i) { return fires(2, i, 2, 0, 0); });
  expect_independent(base, [&fires](int i) { return fires(2, i, 1, 1, 0); });
  expect_independent(base, [&fires](int i) { return fires(2, i, 1, 0, 1); });
}

}  // namespace
}  // namespace homolog::sim::poisson_test
