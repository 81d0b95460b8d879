// Networks so small that paper and pencil tell what they do.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/engine/simulator.hpp"

namespace homolog::sim::closed_forms_test {
namespace {

class Raster : public Observer {
 public:
  explicit Raster(PopulationId population) : population_(population) {}
  void spikes(PopulationId population, Step step, std::span<const UnitId> units) override {
    if (population == population_) {
      for (const UnitId unit : units) {
        times.resize(std::max<std::size_t>(times.size(), unit + 1));
        times[unit].push_back(step);
      }
    }
  }
  std::vector<std::vector<Step>> times{};  ///< [unit]

 private:
  PopulationId population_;
};

OneToOne identity(const Shape& shape, float weight = 1.0F) {
  OneToOne kernel{.in = shape, .out = shape, .target = {}, .weight = {}};
  for (UnitId unit = 0; unit < shape.size(); ++unit) {
    kernel.target.push_back(unit);
    kernel.weight.push_back(weight);
  }
  return kernel;
}

/// Analog input -> neurons, unit by unit.
Network driven(const Neuron& model, std::int64_t units = 1) {
  const Shape shape{.channels = units};
  Network network;
  network.populations = {{.name = "input", .shape = shape, .role = AnalogInput{}},
                         {.name = "neurons", .shape = shape, .role = Neurons{model}}};
  network.projections = {{.source = 0, .target = 1, .kernel = identity(shape)}};
  return network;
}

struct Driven {
  std::vector<Step> times{};  ///< of unit 0
  float v = 0.0F;
  Response response{};
};

Driven drive(const Neuron& model, float input, Step steps) {
  const Simulator simulator(driven(model));
  auto state = simulator.make_state();
  Raster raster(1);
  raster.times.resize(1);
  Driven run;
  run.response = simulator.run(state, {.values = std::span<const float>(&input, 1), .steps = steps}, &raster);
  run.times = raster.times[0];
  run.v = state.potentials(1)[0];
  return run;
}

// v0 + z T = threshold * spikes + v_T with v_T in [0, threshold) as long as 0 <= z < threshold.
// Multiples of 1/256 throughout, so the sums are exact.
TEST(ConstantInput, GivesTheFloorOfTheSummedInput) {
  constexpr Step kSteps = 64;
  for (const float initial : {0.0F, 0.25F, 0.5F}) {
    for (int i = 0; i < 256; i += 3) {
      const float z = static_cast<float>(i) / 256.0F;
      const Driven run = drive(IntegrateAndFire{.initial = initial}, z, kSteps);
      EXPECT_EQ(static_cast<double>(run.times.size()), std::floor(double{initial} + double{z} * kSteps)) << z;
    }
  }
}

TEST(ConstantInput, AboveTheThresholdFiresInEveryStepAndKeepsTheSurplus) {
  const Driven run = drive(IntegrateAndFire{}, 2.5F, 10);
  EXPECT_EQ(run.times.size(), 10U);
  EXPECT_EQ(run.v, 15.0F);  // 25 in, 10 out
}

TEST(ConstantInput, OfNegativeSignNeverFires) {
  const Driven run = drive(IntegrateAndFire{.initial = 0.5F}, -0.25F, 10);
  EXPECT_TRUE(run.times.empty());
  EXPECT_EQ(run.v, -2.0F);
}

TEST(ConstantInput, IsComparedWithTheThresholdInclusively) {
  EXPECT_EQ(drive(IntegrateAndFire{}, 0.25F, 8).times, (std::vector<Step>{3, 7}));
}

TEST(ResetToZero, LosesTheSurplus) {
  // 0.75 needs two steps each time, and the 0.5 above the threshold is gone.
  const Driven run = drive(IntegrateAndFire{.reset = Reset::zero}, 0.75F, 6);
  EXPECT_EQ(run.times, (std::vector<Step>{1, 3, 5}));
  EXPECT_EQ(run.v, 0.0F);
}

TEST(RefractoryPeriod, DropsInputForWholeStepsAndFreezesThePotential) {
  // Fires at 0 with surplus 0.5, drops two steps, fires at 3 (0.5 + 1.5 = 2, surplus 1), at 6, ...
  const Driven run = drive(IntegrateAndFire{.refractory = 2}, 1.5F, 9);
  EXPECT_EQ(run.times, (std::vector<Step>{0, 3, 6}));
  EXPECT_EQ(run.v, 1.5F);  // 3 * 1.5 in, 3 out
}

TEST(Leak, ReachesTheGeometricSum) {
  // v_T = z (1 - d^T) / (1 - d). d = 1/2: exact in binary.
  const Driven run = drive(LeakyIntegrateAndFire{.threshold = 10.0F, .decay = 0.5F}, 1.0F, 12);
  EXPECT_TRUE(run.times.empty());
  EXPECT_EQ(run.v, static_cast<float>(2.0 * (1.0 - std::pow(0.5, 12))));
}

TEST(Leak, IsTheExponentialOverOneTimeConstant) {
  // 20 steps of 1 ms with tau = 20 ms leave e^-1 of the initial potential. Tolerance: 20 products
  // and the rounded decay, each within 2^-24 relative.
  const LeakyIntegrateAndFire model{
      .threshold = 4.0F, .initial = 0.5F, .decay = static_cast<float>(std::exp(-1.0 / 20.0))};
  const Driven run = drive(model, 0.0F, 20);
  EXPECT_NEAR(run.v, 2.0 * std::exp(-1.0), 2.0 * 40 * 0x1p-24);
}

TEST(Surplus, FiresWithoutAnyInputInPopulationsOfAnySize) {
  for (const std::int64_t units : {1, 63, 64, 65, 200}) {
    const Simulator simulator(driven(IntegrateAndFire{.initial = 3.5F}, units));
    auto state = simulator.make_state();
    Raster raster(1);
    const std::vector<float> silence(static_cast<std::size_t>(units), 0.0F);
    (void)simulator.run(state, {.values = silence, .steps = 10}, &raster);
    ASSERT_EQ(raster.times.size(), silence.size());
    for (std::size_t unit = 0; unit < silence.size(); ++unit) {
      EXPECT_EQ(raster.times[unit], (std::vector<Step>{0, 1, 2}));
      EXPECT_EQ(state.potentials(1)[unit], 0.5F);
    }
  }
}

/// The decoded value of a spike train with phases.
double decoded(const std::vector<Step>& times, Step steps, Step phases) {
  double sum = 0.0;
  for (const Step step : times) {
    sum += double{worth(step, phases)};
  }
  return sum / summed_worth(steps, phases);
}

/// Image -> a -> b, unit by unit.
Network phase_chain(Step phases) {
  const IntegrateAndFire model{.initial = least_worth(phases) / 2.0F};
  Network network = driven(model);
  network.populations.push_back({.name = "b", .shape = {.channels = 1}, .role = Neurons{model}});
  network.projections.push_back({.source = 1, .target = 2, .kernel = identity({.channels = 1})});
  network.phases = phases;
  return network;
}

// K = 8, as of an 8-bit pixel: a period brings x (1 - 2^-8), and the initial potential is half of a last
// digit. So it fires the digits of round(255 x) / 256, which decode to round(255 x) / 255; and so does every
// neuron that it drives.
TEST(Phases, FireTheBinaryDigitsOfAPixelInTheFirstPeriodAlongAChain) {
  const Simulator simulator(phase_chain(8));
  auto state = simulator.make_state();
  for (int pixel = 0; pixel < 256; ++pixel) {
    const float x = static_cast<float>(pixel) / 255.0F;
    std::vector<Step> digits;
    for (Step step = 0; step < 8; ++step) {
      if ((pixel >> (7 - step) & 1) != 0) {
        digits.push_back(step);
      }
    }
    for (const PopulationId population : {1U, 2U}) {
      Raster raster(population);
      raster.times.resize(1);
      (void)simulator.run(state, {.values = std::span<const float>(&x, 1), .steps = 8}, &raster);
      EXPECT_EQ(raster.times[0], digits) << pixel;
      EXPECT_NEAR(decoded(digits, 8, 8), double{x}, 1e-7);
    }
  }
}

// After P periods the error is at most half of the last digit of a period over P.
TEST(Phases, SharpenAConstantFromPeriodToPeriod) {
  constexpr Step kPhases = 4;
  const Simulator simulator(phase_chain(kPhases));
  auto state = simulator.make_state();
  for (int i = 0; i < 256; i += 5) {
    const float x = static_cast<float>(i) / 256.0F;
    for (const Step periods : {1U, 2U, 4U, 16U}) {
      Raster raster(2);
      raster.times.resize(1);
      const Step steps = periods * kPhases;
      (void)simulator.run(state, {.values = std::span<const float>(&x, 1), .steps = steps}, &raster);
      EXPECT_LE(std::abs(decoded(raster.times[0], steps, kPhases) - double{x}),
                0.5 * 0x1p-4 / summed_worth(steps, kPhases) + 1e-6)
          << x << " after " << periods;
    }
  }
}

// Bias alone comes by the worth of a step, as spikes do: 0.75 reaches 1/2 after both steps of a period, too
// late for its first digit; it is made up for in the next.
TEST(Phases, BringABiasByTheWorthOfASpike) {
  Network network = driven(IntegrateAndFire{});
  network.populations.push_back(
      {.name = "biased", .shape = {.channels = 1}, .role = Neurons{IntegrateAndFire{}}, .current = {0.75F}});
  network.projections.push_back({.source = 1, .target = 2, .kernel = identity({.channels = 1})});
  network.phases = 2;
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const float dark = 0.0F;
  Raster raster(2);
  raster.times.resize(1);
  (void)simulator.run(state, {.values = std::span<const float>(&dark, 1), .steps = 4}, &raster);
  // v: 3/8 -> 9/16, fires 1/4 -> 5/16 -> 11/16, fires 1/2 -> 3/16 -> 6/16, fires 1/4 -> 1/8
  EXPECT_EQ(raster.times[0], (std::vector<Step>{1, 2, 3}));
  EXPECT_EQ(state.potentials(2)[0], 0.125F);
}

TEST(Delay, IsAddedStepByStepAlongAChain) {
  const Shape one{.channels = 1};
  for (Step delay = 0; delay < 4; ++delay) {
    Network network = driven(IntegrateAndFire{});
    network.populations.push_back({.name = "b", .shape = one, .role = Neurons{IntegrateAndFire{}}});
    network.populations.push_back({.name = "c", .shape = one, .role = Neurons{IntegrateAndFire{}}});
    network.projections.push_back({.source = 1, .target = 2, .delay = delay, .kernel = identity(one)});
    network.projections.push_back({.source = 2, .target = 3, .delay = 2, .kernel = identity(one)});
    const Simulator simulator(network);
    auto state = simulator.make_state();
    Raster raster(3);
    raster.times.resize(1);
    const float input = 0.5F;  // fires at 1, 3, 5, ...
    (void)simulator.run(state, {.values = std::span<const float>(&input, 1), .steps = 6 + delay}, &raster);
    EXPECT_EQ(raster.times[0], (std::vector<Step>{3 + delay, 5 + delay}));
  }
}

TEST(Recurrence, OfOneStepKeepsANeuronFiringForEver) {
  Network network = driven(IntegrateAndFire{.initial = 0.0F});
  network.projections.push_back(
      {.source = 1, .target = 1, .delay = 1, .kernel = identity(Shape{.channels = 1})});
  network.populations[1].role = Neurons{IntegrateAndFire{.initial = 1.0F}};  // fires at once, then by itself
  const Simulator simulator(network);
  auto state = simulator.make_state();
  Raster raster(1);
  const float silence = 0.0F;
  const Response response =
      simulator.run(state, {.values = std::span<const float>(&silence, 1), .steps = 5}, &raster);
  EXPECT_EQ(raster.times, (std::vector<std::vector<Step>>{{0, 1, 2, 3, 4}}));
  EXPECT_EQ(response.synaptic_operations, 4U);
}

TEST(Relay, PassesSpikesOnInTheSameStepAndConstantsFromTheFirstStepOn) {
  const Shape two{.channels = 2};
  Network network = driven(IntegrateAndFire{}, 2);
  network.populations.push_back({.name = "relay", .shape = two, .role = Relay{}});
  network.populations.push_back({.name = "out", .shape = two, .role = Readout{}, .current = {0.0F, 8.0F}});
  network.projections.push_back({.source = 0, .target = 2, .kernel = identity(two, 4.0F)});
  network.projections.push_back({.source = 1, .target = 2, .kernel = identity(two, 0.5F)});
  network.projections.push_back({.source = 2, .target = 3, .kernel = identity(two, 2.0F)});
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> input{0.5F, 0.0F};
  const Response response = simulator.run(state, {.values = input, .steps = 4}, nullptr);
  // Unit 0: 0.5 * 4 * 2 = 4 per step, and 0.5 * 2 = 1 per spike, at steps 1 and 3. Unit 1: its current.
  EXPECT_EQ(response.readout, (std::vector<double>{4, 8, 9, 16, 13, 24, 18, 32}));
  EXPECT_EQ(response.synaptic_operations, 4U);  // 2 spikes, each over neuron -> relay -> readout
  EXPECT_EQ(response.spikes, (std::vector<std::uint64_t>{0, 2, 0, 0}));
  EXPECT_EQ(state.currents(2), (std::vector<float>{2.0F, 0.0F}));
}

TEST(Readout, IsInChannelHeightWidthOrder) {
  const Shape shape{.channels = 2, .height = 1, .width = 3};
  Network network;
  network.populations = {{.name = "input", .shape = shape, .role = AnalogInput{}},
                         {.name = "out", .shape = shape, .role = Readout{}}};
  network.projections = {{.source = 0, .target = 1, .kernel = identity(shape)}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> hwc{1, 10, 2, 20, 3, 30};
  const Response response = simulator.run(state, {.values = hwc, .steps = 1}, nullptr);
  EXPECT_EQ(response.readout, (std::vector<double>{1, 2, 3, 10, 20, 30}));
}

TEST(MaxGate, FollowsTheBusierOfTwoUnitsAlsoWhenTheyTakeTurns) {
  // Unit 0 fires at 3, 7, ...; unit 1 at 1, 3, 5, ...: the maximum is always unit 1's count.
  const Shape in{.channels = 1, .height = 1, .width = 2};
  const Shape out{.channels = 1};
  Network network;
  network.populations = {{.name = "input", .shape = in, .role = AnalogInput{}},
                         {.name = "neurons", .shape = in, .role = Neurons{IntegrateAndFire{}}},
                         {.name = "gate", .shape = out, .role = MaxGate{}}};
  network.projections = {
      {.source = 0, .target = 1, .kernel = identity(in)},
      {.source = 1, .target = 2, .kernel = MaxPool{.in = in, .out = out, .window = {.kernel_w = 2}}}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  Raster raster(2);
  const std::vector<float> input{0.25F, 0.5F};
  (void)simulator.run(state, {.values = input, .steps = 8}, &raster);
  EXPECT_EQ(raster.times, (std::vector<std::vector<Step>>{{1, 3, 5, 7}}));
}

TEST(MaxGate, CountsMoreSpikesThanFitSixteenBits) {
  const Shape one{.channels = 1};
  Network network;
  network.populations = {{.name = "input", .shape = one, .role = PoissonInput{}},
                         {.name = "gate", .shape = one, .role = MaxGate{}}};
  network.projections = {{.source = 0, .target = 1, .kernel = MaxPool{.in = one, .out = one}}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const float certain = 1.0F;
  const Response response =
      simulator.run(state, {.values = std::span<const float>(&certain, 1), .steps = 66000}, nullptr);
  EXPECT_EQ(response.spikes, (std::vector<std::uint64_t>{66000, 66000}));
}

TEST(SynapticOperations, EqualTheSynapsesWhenEveryUnitFiresOnce) {
  const Shape in{.channels = 3, .height = 5, .width = 4};
  const Shape out{.channels = 8, .height = 5, .width = 4};
  const Window window{.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1};
  Network network;
  network.populations = {{.name = "input", .shape = in, .role = PoissonInput{}},
                         {.name = "neurons", .shape = out, .role = Neurons{IntegrateAndFire{}}}};
  network.projections = {{.source = 0,
                          .target = 1,
                          .kernel = Convolution{.in = in,
                                                .out = out,
                                                .window = window,
                                                .channels = 8,
                                                .weights = std::vector<float>(3 * 9 * 8, 0.0F)}}};
  const Simulator simulator(network);
  auto state = simulator.make_state();
  const std::vector<float> certain(60, 1.0F);
  const Response response = simulator.run(state, {.values = certain, .steps = 1}, nullptr);
  EXPECT_EQ(response.synaptic_operations, synapses(network.projections[0]));
  EXPECT_EQ(response.synaptic_operations,
            (3U * 5 - 2) * (3U * 4 - 2) * 3 * 8);  // borders miss a row or column
}

TEST(Simulator, WithoutStepsReturnsNothing) {
  const Driven run = drive(IntegrateAndFire{.initial = 0.5F}, 1.0F, 0);
  EXPECT_TRUE(run.times.empty());
  EXPECT_EQ(run.v, 0.5F);
}

std::string message_of(const Simulator& simulator, Simulator::State& state, std::span<const float> values) {
  try {
    (void)simulator.run(state, {.values = values, .steps = 1}, nullptr);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
    return error.what();
  }
  return "no error";
}

TEST(Simulator, RefusesAStimulusOfTheWrongSizeAndTheStateOfAnother) {
  const Simulator simulator(driven(IntegrateAndFire{}, 3));
  const Simulator other(driven(IntegrateAndFire{}, 3));
  auto state = simulator.make_state();
  const std::vector<float> values(3, 0.0F);
  EXPECT_EQ(message_of(simulator, state, std::span(values).first(2)),
            "2 stimulus values given; the input has 3 units");
  EXPECT_EQ(message_of(other, state, values), "a simulator was given the state of another one");
}

TEST(Simulator, KnowsTheMemoryOfAState) {
  // A million neurons: potential, current, events (4 bytes each), scratch: z, constants (4 + 4); to 1 %.
  const Simulator simulator(driven(IntegrateAndFire{}, 1000000));
  EXPECT_NEAR(static_cast<double>(simulator.state_bytes()), 24e6, 24e4);
}

}  // namespace
}  // namespace homolog::sim::closed_forms_test
