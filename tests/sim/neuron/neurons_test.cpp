#include "sim/neuron/neurons.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace homolog::sim::neurons_test {
namespace {

Parameters given(const std::vector<std::pair<std::string, std::string>>& entries) {
  Parameter tree{.kind = Parameter::Kind::mapping};
  for (const auto& entry : entries) {
    tree.entries.emplace_back(entry.first, Parameter{.kind = Parameter::Kind::scalar, .text = entry.second});
  }
  return {tree, "e.yaml", "spiking.neuron"};
}

TEST(NeuronModels, AreListedByTheNamesOfTheConfiguration) {
  EXPECT_EQ(neuron_models().names(), (std::vector<std::string>{"if", "lif", "signed-if"}));
}

TEST(NeuronModels, HaveTheDocumentedDefaults) {
  auto parameters = given({});
  const auto model = std::get<IntegrateAndFire>(neuron_models().find("if")(parameters, 1.0));
  EXPECT_EQ(model.threshold, 1.0F);
  EXPECT_EQ(model.reset, Reset::subtract);
  EXPECT_EQ(model.initial, 0.5F);
  EXPECT_EQ(model.refractory, 0U);
  EXPECT_NO_THROW(parameters.finish());
}

TEST(NeuronModels, ReadEveryKey) {
  auto parameters = given({{"reset", "zero"}, {"initial", "0.25"}, {"refractory", "3"}, {"tau_ms", "20"}});
  const auto model = std::get<LeakyIntegrateAndFire>(neuron_models().find("lif")(parameters, 2.0));
  EXPECT_EQ(model.reset, Reset::zero);
  EXPECT_EQ(model.initial, 0.25F);
  EXPECT_EQ(model.refractory, 3U);
  EXPECT_EQ(model.decay, static_cast<float>(std::exp(-2.0 / 20.0)));
  EXPECT_NO_THROW(parameters.finish());
}

TEST(NeuronModels, RefuseATimeConstantThatForgetsEverything) {
  auto parameters = given({{"tau_ms", "0.001"}});
  EXPECT_THROW((void)neuron_models().find("lif")(parameters, 1000.0), Error);
}

TEST(IntegrateAndFire, FiresAtTheThresholdAndKeepsTheSurplus) {
  const IntegrateAndFire model{.threshold = 2.0F, .initial = 0.5F};
  float v = model.initial_potential();
  EXPECT_EQ(v, 1.0F);
  model.integrate(v, 0.75F);
  EXPECT_FALSE(model.fires(v));
  EXPECT_EQ(v, 1.75F);
  model.integrate(v, 0.25F);
  EXPECT_TRUE(model.fires(v));
  EXPECT_EQ(v, 0.0F);
  model.integrate(v, 5.0F);
  EXPECT_TRUE(model.fires(v));
  EXPECT_EQ(v, 3.0F);
}

TEST(LeakyIntegrateAndFire, DecaysBeforeTheInputOfTheStepArrives) {
  const LeakyIntegrateAndFire model{.threshold = 10.0F, .decay = 0.5F};
  float v = 4.0F;
  model.integrate(v, 1.0F);
  EXPECT_EQ(v, 3.0F);
}

TEST(LeakyIntegrateAndFire, WithoutDecayIsTheUnitWithoutLeak) {
  const LeakyIntegrateAndFire leaky{.decay = 1.0F};
  const IntegrateAndFire model;
  float v = 0.1F;
  float w = 0.1F;
  for (int i = 0; i < 100; ++i) {
    leaky.integrate(v, 0.3F);
    model.integrate(w, 0.3F);
    EXPECT_EQ(leaky.fires(v), model.fires(w));
    EXPECT_EQ(v, w);
  }
}

TEST(SignedIntegrateAndFire, TakesBackWhatItSaidTooEarly) {
  const SignedIntegrateAndFire model{.threshold = 2.0F, .initial = 0.5F};
  float v = model.initial_potential();
  std::int32_t net = 0;
  const auto step = [&](float input) {
    model.integrate(v, input);
    return model.fires(v, net);
  };
  EXPECT_EQ(step(1.0F), 1);
  EXPECT_EQ(v, 0.0F);
  EXPECT_EQ(step(-0.5F), -1);
  EXPECT_EQ(v, 1.5F);
  EXPECT_EQ(net, 0);
  EXPECT_EQ(step(-5.0F), 0) << "nothing left to take back";
  EXPECT_EQ(v, -3.5F);
}

TEST(SignedIntegrateAndFire, WithoutRectificationFallsBelowZero) {
  const SignedIntegrateAndFire model{.rectified = false};
  float v = model.initial_potential();
  std::int32_t net = 0;
  model.integrate(v, -1.0F);
  EXPECT_EQ(model.fires(v, net), -1);
  EXPECT_EQ(net, -1);
  EXPECT_EQ(v, 0.5F);
}

TEST(SignedIntegrateAndFire, CountsTheRoundedSumWhateverTheOrderOfItsInput) {
  // Multiples of 1/64 below the threshold, so that sums are exact and no step needs more than one spike.
  std::mt19937 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const SignedIntegrateAndFire model{};
    float v = model.initial_potential();
    std::int32_t net = 0;
    float sum = 0.0F;
    for (int step = 0; step < 40; ++step) {
      const float input = static_cast<float>(static_cast<int>(random() % 127) - 63) / 64.0F;
      sum += input;
      model.integrate(v, input);
      (void)model.fires(v, net);
      EXPECT_EQ(v, 0.5F + sum - static_cast<float>(net)) << "charge is conserved";
      EXPECT_EQ(net, std::max(0, static_cast<int>(std::floor(sum + 0.5F))))
          << "trial " << trial << " " << step;
    }
  }
}

}  // namespace
}  // namespace homolog::sim::neurons_test
