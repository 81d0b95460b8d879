#include "sim/correction/residual_potential.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/correction/driven_unit.hpp"

namespace homolog::sim::residual_potential_test {
namespace {

TEST(ResidualPotential, AUnitThatEndsBelowZeroStaysSilent) {
  // 1.25 (fires), -0.25, -0.75.
  const Network network = driven_unit({0.75F, -0.5F, -0.5F, 9.0F});
  const DrivenRun first = drive(network, 3, silence_low_residual);
  EXPECT_EQ(first.spikes, 1U);
  EXPECT_TRUE(std::isinf(first.corrected) && first.corrected < 0.0F);
  EXPECT_EQ(drive(network, 4, silence_low_residual, {first.corrected}).spikes, 0U) << "whatever comes later";
}

TEST(ResidualPotential, AUnitThatEndsAboveZeroBeginsAnewFromItsOwnInitialPotential) {
  for (const float initial : {0.5F, 0.25F, -0.125F}) {
    const Network network = driven_unit({0.75F, 0.25F, 1.0F}, 1.0F, initial);
    const DrivenRun first = drive(network, 3, silence_low_residual);
    EXPECT_EQ(first.corrected, initial);
    EXPECT_EQ(drive(network, 3, silence_low_residual, {first.corrected}).spikes, first.spikes);
  }
}

TEST(ResidualPotential, AThousandthOfTheThresholdIsLow) {
  EXPECT_TRUE(std::isinf(silence_low_residual({.residual = 0.001F})));
  EXPECT_EQ(silence_low_residual({.residual = 0.0011F}), 0.5F);
}

TEST(ResidualPotential, IsMeasuredInUnitsOfTheThreshold) {
  // Ends at 0.0015: above a thousandth of the threshold 1, below a thousandth of 2.
  for (const float threshold : {1.0F, 2.0F}) {
    const DrivenRun run = drive(driven_unit({0.0015F}, threshold, 0.0F), 1, silence_low_residual);
    EXPECT_EQ(std::isinf(run.corrected), threshold == 2.0F);
  }
}

}  // namespace
}  // namespace homolog::sim::residual_potential_test
