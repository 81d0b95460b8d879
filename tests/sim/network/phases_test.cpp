#include "sim/network/phases.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "sim/core/error.hpp"
#include "sim/network/network.hpp"
#include "tests/sim/network/refusal.hpp"

namespace homolog::sim::phases_test {
namespace {

TEST(Phases, HalveTheWorthOfASpikeFromStepToStepOfAPeriod) {
  for (Step step = 0; step < 9; ++step) {
    EXPECT_EQ(worth(step, 3), (step % 3 == 0 ? 0.5F : step % 3 == 1 ? 0.25F : 0.125F)) << step;
  }
  EXPECT_EQ(worth(23, kMostPhases), 0x1p-24F);
  EXPECT_EQ(least_worth(3), 0.125F);
}

TEST(Phases, AreWorthOneEachWhenThereAreNone) {
  EXPECT_EQ(worth(17, 0), 1.0F);
  EXPECT_EQ(least_worth(0), 1.0F);
  EXPECT_EQ(summed_worth(17, 0), 17.0);
}

TEST(Phases, SumUpToTheWorthOfAllSteps) {
  for (const Step phases : {1U, 2U, 8U, 24U}) {
    double sum = 0.0;  // exact: multiples of 2^-24 below 2^5
    for (Step step = 0; step < 60; ++step) {
      EXPECT_EQ(summed_worth(step, phases), sum) << step;
      sum += double{worth(step, phases)};
    }
  }
}

TEST(Phases, BringAConstantCurrentOnceInAPeriod) {
  for (const Step phases : {1U, 2U, 8U, 24U}) {
    for (const bool at_onset : {false, true}) {
      double sum = 0.0;
      for (Step step = 0; step < 2 * phases; ++step) {
        sum += double{current_share(step, phases, at_onset)};
        EXPECT_TRUE(!at_onset || step >= phases || sum == summed_worth(phases, phases))
            << "from the first step on";
      }
      EXPECT_EQ(sum, 2.0 * summed_worth(phases, phases));
    }
  }
  EXPECT_EQ(current_share(5, 0, true), 1.0F);
}

/// image -> relu -> classes, with a period of 8 steps.
Network good() {
  const Shape one{.channels = 1};
  const OneToOne identity{.in = one, .out = one, .target = {0}, .weight = {1.0F}};
  Network network;
  network.populations = {{.name = "image", .shape = one, .role = AnalogInput{}},
                         {.name = "relu", .shape = one, .role = Neurons{IntegrateAndFire{}}},
                         {.name = "classes", .shape = one, .role = Readout{}}};
  network.projections = {{.source = 0, .target = 1, .kernel = identity},
                         {.source = 1, .target = 2, .kernel = identity}};
  network.phases = 8;
  return network;
}

std::string refusal(const std::function<void(Network&)>& spoil) {
  return test::refusal(good(), spoil);
}

TEST(Phases, AreRefusedWhereTheyMeanNothing) {
  EXPECT_EQ(refusal([](Network&) {}), "accepted");
  EXPECT_EQ(refusal([](Network& n) { n.phases = 24; }), "accepted");
  EXPECT_EQ(refusal([](Network& n) { n.phases = 25; }),
            "the network has a period of 25 phases; must be 1 to 24, or 0 for none");
  EXPECT_EQ(refusal([](Network& n) { n.populations[0].role = PoissonInput{}; }),
            "population 0 'image': is a Poisson input, whose spikes know no phase");
  EXPECT_EQ(
      refusal([](Network& n) { n.projections[1].delay = 2; }),
      "the projection from 'relu' to 'classes' has delay 2; with phases a spike must arrive in the step "
      "that says its worth");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].role = Neurons{LeakyIntegrateAndFire{}}; }),
            "population 1 'relu': is not of model integrate-and-fire, as with phases all neurons must be");
  for (const IntegrateAndFire model :
       {IntegrateAndFire{.reset = Reset::zero}, IntegrateAndFire{.refractory = 1}}) {
    EXPECT_EQ(
        refusal([&](Network& n) { n.populations[1].role = Neurons{model}; }),
        "population 1 'relu': has reset to zero or a refractory period; with phases the threshold must be "
        "subtracted, in any step");
  }
  EXPECT_EQ(
      refusal([](Network& n) {
        const Shape one{.channels = 1};
        n.populations.push_back({.name = "gate", .shape = one, .role = MaxGate{}});
        n.projections.push_back({.source = 1, .target = 3, .kernel = MaxPool{.in = one, .out = one}});
      }),
      "population 3 'gate': is a max gate, which counts spikes; with phases the spikes of a window are not "
      "worth the same");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].role = WindowNeurons{}; }),
            "population 1 'relu': works in windows, which have no phases");
}

}  // namespace
}  // namespace homolog::sim::phases_test
