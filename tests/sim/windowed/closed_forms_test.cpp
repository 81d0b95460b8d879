// Networks of window neurons whose spikes are known by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/engine/simulator.hpp"
#include "sim/network/windows.hpp"
#include "sim/windowed/windowed_simulator.hpp"

namespace homolog::sim::closed_forms_test {
namespace {

struct Spikes : WindowObserver {
  std::map<PopulationId, std::vector<UnitId>> units{};
  std::map<PopulationId, std::vector<double>> times{};
  void spikes(PopulationId population, std::span<const UnitId> fired, std::span<const double> when) override {
    units[population].assign(fired.begin(), fired.end());
    times[population].assign(when.begin(), when.end());
  }
};

Population neurons(const std::string& name, std::int64_t units, const WindowNeuron& model,
                   std::vector<float> current = {}) {
  return {.name = name,
          .shape = {.channels = units},
          .role = WindowNeurons{model},
          .current = std::move(current)};
}

Projection dense(const Network& network, PopulationId source, PopulationId target,
                 std::vector<float> weights) {
  const Shape in = network.populations[source].shape;
  const Shape out = network.populations[target].shape;
  return {.source = source,
          .target = target,
          .kernel = Dense{.in = in, .out = out, .channels = out.channels, .weights = std::move(weights)}};
}

/// Inputs `values` as constant currents, one by one onto neurons of `model`.
Network one_layer(std::int64_t units, const WindowNeuron& model, std::vector<float> current = {}) {
  Network network;
  network.populations = {{.name = "image", .shape = {.channels = units}, .role = AnalogInput{}},
                         neurons("relu", units, model, std::move(current))};
  std::vector<float> identity(static_cast<std::size_t>(units * units), 0.0F);
  for (std::int64_t i = 0; i < units; ++i) {
    identity[static_cast<std::size_t>(i * units + i)] = 1.0F;
  }
  network.projections = {dense(network, 0, 1, identity)};
  return network;
}

struct Shown {
  WindowedResponse response{};
  Spikes spikes{};
  std::vector<std::vector<float>> values{};
};

Shown show(const Network& network, const std::vector<float>& stimulus) {
  const WindowedSimulator simulator(network);
  WindowedSimulator::State state = simulator.make_state();
  Shown shown;
  shown.response = simulator.run(state, stimulus, &shown.spikes);
  for (PopulationId p = 0; p < network.populations.size(); ++p) {
    shown.values.push_back(state.values(p));
  }
  return shown;
}

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

TEST(TimeToFirstSpike, LargerPotentialsFireEarlierAndNegativeOnesNot) {
  const Shown shown = show(one_layer(4, TimeToFirstSpike{}), {2.0F, -1.0F, 0.5F, 4.0F});
  EXPECT_EQ(shown.response.length[1], 4.0F);  // as long as the largest potential needs
  EXPECT_EQ(shown.spikes.units.at(1), (std::vector<UnitId>{0, 2, 3}));
  EXPECT_EQ(shown.spikes.times.at(1), (Doubles{0.5, 0.875, 0.0}));
  EXPECT_EQ(shown.values[1], (Floats{2.0F, 0.0F, 0.5F, 4.0F}));
  EXPECT_EQ(shown.response.clipped[1], 0U);
  EXPECT_EQ(shown.response.spikes[1], 3U);
}

TEST(TimeToFirstSpike, AWindowThatIsTooShortClipsAndCounts) {
  const Shown shown = show(one_layer(4, TimeToFirstSpike{.window = 2.0F}), {2.0F, -1.0F, 0.5F, 4.0F});
  EXPECT_EQ(shown.values[1], (Floats{2.0F, 0.0F, 0.5F, 2.0F}));
  EXPECT_EQ(shown.spikes.times.at(1), (Doubles{0.0, 0.75, 0.0}));
  EXPECT_EQ(shown.response.clipped[1], 1U);
}

TEST(TimeToFirstSpike, ACeilingIsNoClipping) {
  const Shown shown = show(one_layer(3, TimeToFirstSpike{.ceiling = 6.0F}), {7.0F, 3.0F, 6.0F});
  EXPECT_EQ(shown.response.length[1], 6.0F);
  EXPECT_EQ(shown.values[1], (Floats{6.0F, 3.0F, 6.0F}));
  EXPECT_EQ(shown.response.clipped[1], 0U);
}

TEST(TimeToFirstSpike, ASilentLayerHasNoWindowAndNoSpikes) {
  const Shown shown = show(one_layer(2, TimeToFirstSpike{}), {-1.0F, 0.0F});
  EXPECT_EQ(shown.response.length[1], 0.0F);
  EXPECT_EQ(shown.response.spikes[1], 0U);
  EXPECT_TRUE(shown.spikes.units.empty());
}

TEST(TimeToFirstSpike, PotentialsThatAreNotFiniteAreRefused) {
  Network network = one_layer(1, TimeToFirstSpike{}, {3.0e38F});
  EXPECT_THROW((void)show(network, {3.0e38F}), Error);
}

// The neuron in continuous time: an input spike at t_j makes the potential rise with slope w_j until the end
// of the input's window; then the potential rises with slope 1, and the spike comes when it reaches the
// threshold. Solved here exactly, event by event, in double.
double continuous_spike_time(const Doubles& input_times, double input_window, const Doubles& weights,
                             double threshold) {
  Doubles order = input_times;
  order.push_back(input_window);
  std::sort(order.begin(), order.end());
  double v = 0.0;
  double now = 0.0;
  for (const double next : order) {
    double slope = 0.0;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      slope += input_times[j] <= now && input_times[j] < input_window ? weights[j] : 0.0;
    }
    v += slope * (next - now);
    now = next;
  }
  return threshold - v;  // since the window of the answer began
}

TEST(TimeToFirstSpike, FiresWhenTheContinuousNeuronDoes) {
  const Floats stimulus{0.8F, 0.1F, 0.55F, 0.0F, 1.0F};
  const Floats weights{0.5F, -0.75F, 1.25F, 2.0F, -0.25F};
  const float bias = 0.125F;
  const float window = 2.0F;
  Network network;
  network.populations = {{.name = "image", .shape = {.channels = 5}, .role = LatencyInput{}},
                         neurons("relu", 1, TimeToFirstSpike{.window = window}, {bias})};
  network.projections = {dense(network, 0, 1, weights)};
  const Shown shown = show(network, stimulus);
  Doubles times;  // of the pixels; one that is 0 does not fire: as at the end of the window
  for (const float pixel : stimulus) {
    times.push_back(1.0 - static_cast<double>(pixel));
  }
  const double expected =
      continuous_spike_time(times, 1.0, {weights.begin(), weights.end()}, static_cast<double>(window - bias));
  ASSERT_EQ(shown.spikes.times.at(1).size(), 1U);
  // A handful of sums of numbers up to 2, each rounded to 24 bits.
  EXPECT_NEAR(shown.spikes.times.at(1)[0] * static_cast<double>(window), expected, 1e-6);
  EXPECT_EQ(shown.spikes.units.at(0), (std::vector<UnitId>{0, 1, 2, 4}));
}

TEST(TimeToFirstSpike, MaxPoolingPassesTheEarliestSpike) {
  const Shape map{.channels = 1, .height = 1, .width = 4};
  Network network;
  network.populations = {
      {.name = "image", .shape = map, .role = LatencyInput{}},
      {.name = "pool", .shape = {.channels = 1, .height = 1, .width = 2}, .role = MaxGate{}},
      {.name = "out", .shape = {.channels = 1}, .role = Readout{}}};
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel = MaxPool{.in = map,
                         .out = {.channels = 1, .height = 1, .width = 2},
                         .window = {.kernel_h = 1, .kernel_w = 2, .stride_h = 1, .stride_w = 2}}},
      dense(network, 1, 2, {1.0F, 10.0F})};
  const Shown shown = show(network, {0.25F, 0.75F, 0.0F, 0.0F});
  EXPECT_EQ(shown.values[1], (Floats{0.75F, 0.0F}));
  EXPECT_EQ(shown.spikes.times.at(1), (Doubles{0.25}));
  EXPECT_EQ(shown.response.readout, (Doubles{0.75}));
  EXPECT_EQ(shown.response.synaptic_operations, 2U + 1U);
}

// x -> relu -> relu -> sum of both: the first layer's spikes wait for the second's window.
TEST(Windows, ResidualSpikesWait) {
  Network network = one_layer(2, TimeToFirstSpike{});
  network.populations.push_back(neurons("second", 2, TimeToFirstSpike{}));
  network.populations.push_back({.name = "sum", .shape = {.channels = 2}, .role = WindowNeurons{}});
  network.projections.push_back(dense(network, 1, 2, {2.0F, 0.0F, 0.0F, -1.0F}));
  network.projections.push_back(dense(network, 1, 3, {1.0F, 0.0F, 0.0F, 1.0F}));
  network.projections.push_back(dense(network, 2, 3, {1.0F, 0.0F, 0.0F, 1.0F}));
  const Windows windows = windows_of(network);
  EXPECT_EQ(windows.of, (std::vector<std::uint32_t>{0, 0, 1, 2}));
  EXPECT_EQ(windows.count, 3U);
  EXPECT_EQ(show(network, {1.0F, 3.0F}).values[3], (Floats{3.0F, 3.0F}));
}

TEST(Windows, AnInputThatSpikesHasTheFirstOne) {
  Network network = one_layer(1, TimeToFirstSpike{});
  network.populations[0].role = LatencyInput{};
  EXPECT_EQ(windows_of(network).of, (std::vector<std::uint32_t>{0, 1}));
}

TEST(FewSpikes, FireTheBitsOfABinaryFraction) {
  // 5/8 = 0.101; 0.3 is nearest to 2/8 = 0.010; 0.95 is above the largest, 7/8 = 0.111; 1/16 is half a step,
  // and rounds up.
  const Shown shown = show(one_layer(5, FewSpikes{.steps = 3}), {0.625F, 0.3F, 0.95F, -0.5F, 0.0625F});
  EXPECT_EQ(shown.values[1], (Floats{0.625F, 0.25F, 0.875F, 0.0F, 0.125F}));
  EXPECT_EQ(shown.spikes.units.at(1), (std::vector<UnitId>{0, 0, 1, 2, 2, 2, 4}));
  const double third = 1.0 / 3.0;
  EXPECT_EQ(shown.spikes.times.at(1), (Doubles{0.0, 2 * third, third, 0.0, third, 2 * third, 2 * third}));
  EXPECT_EQ(shown.response.spikes[1], 7U);
  EXPECT_EQ(shown.response.clipped[1], 1U);
}

// Three spikes in the order of units 3, 0, 2: worth 8, 4, 2.
TEST(RankOrder, ASpikeIsWorthItsPlaceInTheOrder) {
  Network network = one_layer(4, TimeToFirstSpike{});
  network.populations[1].rank_worth = {8.0F, 4.0F, 2.0F, 1.0F};
  network.populations.push_back({.name = "out", .shape = {.channels = 1}, .role = Readout{}});
  network.projections.push_back(dense(network, 1, 2, {1.0F, 10.0F, 100.0F, 1000.0F}));
  const Shown shown = show(network, {2.0F, -1.0F, 0.5F, 4.0F});
  EXPECT_EQ(shown.response.readout, (Doubles{8.0 * 1000.0 + 4.0 * 1.0 + 2.0 * 100.0}));
  EXPECT_EQ(shown.values[1], (Floats{4.0F, 0.0F, 2.0F, 8.0F}));
  EXPECT_EQ(shown.spikes.times.at(1), (Doubles{0.5, 0.875, 0.0}));  // spikes keep their times
}

TEST(RankOrder, OnlyTheOrderCounts) {
  Network network = one_layer(3, TimeToFirstSpike{});
  network.populations[1].rank_worth = {3.0F, 2.0F, 1.0F};
  EXPECT_EQ(show(network, {0.1F, 100.0F, 3.0F}).values[1], show(network, {5.0F, 7.0F, 6.0F}).values[1]);
}

TEST(RankOrder, WorthsThatIncreaseAreRefused) {
  Network network = one_layer(2, TimeToFirstSpike{});
  network.populations[1].rank_worth = {1.0F, 2.0F};
  EXPECT_THROW(validate(network), Error);
}

TEST(Windowed, NetworksThatMixStepsAndWindowsAreRefused) {
  Network network = one_layer(1, TimeToFirstSpike{});
  network.populations.push_back({.name = "steps", .shape = {.channels = 1}, .role = Neurons{}});
  EXPECT_THROW(validate(network), Error);
}

TEST(Windowed, EachSimulatorRefusesTheOthersNetworks) {
  EXPECT_THROW(Simulator{one_layer(1, TimeToFirstSpike{})}, Error);
  Network network = one_layer(1, TimeToFirstSpike{});
  network.populations[1].role = Neurons{};
  EXPECT_THROW(WindowedSimulator{network}, Error);
}

TEST(Windowed, DelaysAreRefused) {
  Network network = one_layer(1, TimeToFirstSpike{});
  network.populations.push_back(neurons("second", 1, TimeToFirstSpike{}));
  network.projections.push_back(dense(network, 1, 2, {1.0F}));
  network.projections.back().delay = 1;
  EXPECT_THROW(validate(network), Error);
}

}  // namespace
}  // namespace homolog::sim::closed_forms_test
