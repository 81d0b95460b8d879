#include "sim/correction/offset_spikes.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/sim/correction/driven_unit.hpp"

namespace homolog::sim::offset_spikes_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// By hand, with threshold 1 and initial potential 1/2; potentials before the resets.

TEST(OffsetSpikes, AUnitThatFiredOnceTooOftenIsCorrectedToNone) {
  // 1.25 (fires), -0.25, -0.75: the sum of the input is -0.25, which is no spike.
  const Network network = driven_unit({0.75F, -0.5F, -0.5F, 0.0F});
  const DrivenRun first = drive(network, 4, shift_by_offset_spike);
  EXPECT_EQ(first.spikes, 1U);
  EXPECT_EQ(first.corrected, -0.5F);
  EXPECT_EQ(drive(network, 4, shift_by_offset_spike, {first.corrected}).spikes, 0U);
}

TEST(OffsetSpikes, AStrongSpikeIsTakenAwayByMoreThanOneThreshold) {
  // 2.5 (fires), -1.25. Lower by 1 it would fire still, at 1.5.
  const Network network = driven_unit({2.0F, -2.75F});
  const DrivenRun first = drive(network, 2, shift_by_offset_spike);
  EXPECT_EQ(first.spikes, 1U);
  EXPECT_FLOAT_EQ(first.corrected, 0.5F - (2.5F - 0.999F));
  EXPECT_EQ(drive(network, 2, shift_by_offset_spike, {first.corrected}).spikes, 0U);
}

TEST(OffsetSpikes, AUnitThatFiredOnceTooLittleFiresOnceMore) {
  // -0.5, -0.5, 1.5 with what it keeps, 0.5: nothing to correct. With 1 more at the end: 2.5, keeps 1.5.
  EXPECT_EQ(drive(driven_unit({-1.0F, 0.0F, 2.0F}), 3, shift_by_offset_spike).corrected, 0.5F);
  const Network network = driven_unit({-1.0F, 0.0F, 3.0F});
  const DrivenRun first = drive(network, 3, shift_by_offset_spike);
  EXPECT_EQ(first.spikes, 1U);
  EXPECT_FLOAT_EQ(first.corrected, 0.5F + (1.001F + 0.5F));
  EXPECT_EQ(drive(network, 3, shift_by_offset_spike, {first.corrected}).spikes, 2U);
}

TEST(OffsetSpikes, AUnitThatFiredInEveryStepBeginsAsBefore) {
  const DrivenRun run = drive(driven_unit({3.0F, 3.0F, 3.0F}), 3, shift_by_offset_spike);
  EXPECT_EQ(run.spikes, 3U);
  EXPECT_EQ(run.corrected, 0.5F);
}

TEST(OffsetSpikes, AUnitThatNeverFiredIsNotLowered) {
  EXPECT_EQ(shift_by_offset_spike(
                {.initial = 0.5F, .residual = -3.0F, .lowest_firing = kInfinity, .highest_silent = 0.4F}),
            0.5F);
}

// Whatever the input, a correction takes away or adds exactly one spike when the same input comes again: a
// shift of 1 is used up by the first spike that it makes or prevents, a larger one by the weakest.
TEST(OffsetSpikes, ChangeTheCountOfAUnitByExactlyOneInTheDirectionThatChargeAsksFor) {
  std::mt19937 random(1);
  int lowered = 0;
  int raised = 0;
  for (int i = 0; i < 400; ++i) {
    SCOPED_TRACE(i);
    std::vector<float> inputs;
    for (int s = 0; s < 6; ++s) {
      inputs.push_back(static_cast<float>(static_cast<int>(random() % 321) - 150) / 64.0F);
    }
    const float threshold = i % 2 == 0 ? 1.0F : 0.5F;
    const Network network = driven_unit(inputs, threshold);
    const DrivenRun first = drive(network, 6, shift_by_offset_spike);
    const DrivenRun second = drive(network, 6, shift_by_offset_spike, {first.corrected});
    const bool too_often = first.potential < 0.0F && first.spikes > 0;
    const bool too_seldom = first.potential >= threshold && first.spikes < 6;
    EXPECT_EQ(second.spikes, first.spikes - (too_often ? 1U : 0U) + (too_seldom ? 1U : 0U));
    // Charge: what came in is the same. Tolerance: six sums of numbers below 16, rounded to 2^-21 each.
    const auto charge = [&](const DrivenRun& run, float onset) {
      return static_cast<double>(run.spikes) * double{threshold} + double{run.potential} - double{onset};
    };
    EXPECT_NEAR(charge(second, first.corrected), charge(first, 0.5F * threshold), 6 * 0x1p-21);
    lowered += too_often ? 1 : 0;
    raised += too_seldom ? 1 : 0;
  }
  EXPECT_GT(lowered, 50);
  EXPECT_GT(raised, 50);
}

}  // namespace
}  // namespace homolog::sim::offset_spikes_test
