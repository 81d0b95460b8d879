#include "sim/network/network.hpp"
#include "sim/network/order.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "tests/sim/network/refusal.hpp"
#include "tests/support/dense_simulator.hpp"
#include "tests/support/random_network.hpp"

namespace homolog::sim::network_test {
namespace {

constexpr Shape kImage{.channels = 2, .height = 3, .width = 3};
constexpr Shape kMap{.channels = 4, .height = 3, .width = 3};
constexpr Shape kPooled{.channels = 4};
constexpr Shape kClasses{.channels = 5};

/// input -> conv (recurrent) -> gate and relay -> readout: every role and kernel.
Network good() {
  Network network;
  network.populations = {{.name = "image", .shape = kImage, .role = PoissonInput{}},
                         {.name = "conv", .shape = kMap, .current = std::vector<float>(36, 0.5F)},
                         {.name = "gate", .shape = kPooled, .role = MaxGate{}},
                         {.name = "average", .shape = kPooled, .role = Relay{}},
                         {.name = "classes", .shape = kClasses, .role = Readout{}}};
  const Window all{.kernel_h = 3, .kernel_w = 3};
  const Window same{.kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1};
  OneToOne self{.in = kMap,
                .out = kMap,
                .target = std::vector<UnitId>(36, kNoUnit),
                .weight = std::vector<float>(36, 1.0F)};
  self.target[3] = 35;
  network.projections = {
      {.source = 0,
       .target = 1,
       .kernel = Convolution{.in = kImage,
                             .out = kMap,
                             .window = same,
                             .groups = 2,
                             .channels = 4,
                             .weights = std::vector<float>(2 * 9 * 2, 0.5F)}},
      {.source = 1, .target = 1, .delay = 2, .kernel = self},
      {.source = 1, .target = 2, .kernel = MaxPool{.in = kMap, .out = kPooled, .window = all}},
      {.source = 1,
       .target = 3,
       .kernel = AveragePool{.in = kMap,
                             .out = kPooled,
                             .window = all,
                             .position_weight = {0.25F},
                             .channel_weight = std::vector<float>(4, 1.0F)}},
      {.source = 2,
       .target = 4,
       .kernel = Dense{.in = kPooled,
                       .out = kClasses,
                       .channels = 3,
                       .first_channel = 2,
                       .weights = std::vector<float>(12, 1.0F)}},
      {.source = 3,
       .target = 4,
       .kernel =
           Dense{.in = kPooled, .out = kClasses, .channels = 5, .weights = std::vector<float>(20, 1.0F)}}};
  return network;
}

std::string refusal(const std::function<void(Network&)>& spoil) {
  return test::refusal(good(), spoil);
}

template <class AnyKernel>
AnyKernel& kernel(Network& network, std::size_t index) {
  return std::get<AnyKernel>(network.projections[index].kernel);
}

TEST(Validate, AcceptsANetworkOfEveryRoleAndKernel) {
  EXPECT_NO_THROW(validate(good()));
}

TEST(Validate, RefusesBrokenPopulations) {
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].shape.height = 0; }),
            "population 1 'conv': shape 4x0x3 is not valid");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].current.pop_back(); }),
            "population 1 'conv': 35 constant currents given; must be 36");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].current[7] = std::nanf(""); }),
            "population 1 'conv': constant currents are not all finite");
  EXPECT_EQ(refusal([](Network& n) { n.populations[3].current.assign(4, 1.0F); }),
            "population 3 'average': has a constant current; only neurons and a readout may");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].initial.assign(35, 0.5F); }),
            "population 1 'conv': 35 initial potentials given; must be 36");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1].initial.assign(36, std::nanf("")); }),
            "population 1 'conv': initial potentials are not all finite");
  EXPECT_EQ(refusal([](Network& n) { n.populations[3].initial.assign(4, 0.5F); }),
            "population 3 'average': has initial potentials; only neurons may");
}

TEST(Validate, RefusesBrokenNeurons) {
  const auto with = [](const Neuron& model) {
    return refusal([&model](Network& n) { n.populations[1].role = Neurons{model}; });
  };
  EXPECT_EQ(with(IntegrateAndFire{.threshold = 0.0F}),
            "population 1 'conv': threshold must be > 0 and finite");
  EXPECT_EQ(with(IntegrateAndFire{.threshold = std::nanf("")}),
            "population 1 'conv': threshold must be > 0 and finite");
  EXPECT_EQ(with(IntegrateAndFire{.initial = std::numeric_limits<float>::infinity()}),
            "population 1 'conv': the initial potential must be finite");
  for (const float decay : {0.0F, 1.5F, std::nanf("")}) {
    EXPECT_EQ(with(LeakyIntegrateAndFire{.decay = decay}), "population 1 'conv': decay must be in (0, 1]");
  }
}

TEST(Validate, RefusesAnythingButOneInputAndAtMostOneReadout) {
  EXPECT_EQ(refusal([](Network& n) { n = {}; }), "the network has 0 input populations; must be exactly 1");
  EXPECT_EQ(refusal([](Network& n) { n.populations[1] = n.populations[0]; }),
            "the network has 2 input populations; must be exactly 1");
  EXPECT_EQ(refusal([](Network& n) { n.populations[3].role = Readout{}; }),
            "the network has 2 readouts; must be at most 1");
}

TEST(Validate, RefusesProjectionsBetweenRolesThatDoNotGoTogether) {
  EXPECT_EQ(refusal([](Network& n) { n.projections[3].target = 9; }),
            "projection 3: population 9 does not exist; there are 5");
  EXPECT_EQ(refusal([](Network& n) { n.projections[1].target = 0; }),
            "projection 1 ('conv' -> 'image'): an input population cannot be a target");
  EXPECT_EQ(refusal([](Network& n) { n.projections[3].source = 4; }),
            "projection 3 ('classes' -> 'average'): a readout emits nothing and cannot be a source");
  EXPECT_EQ(
      refusal([](Network& n) {
        n.populations[0].role = AnalogInput{};
        n.projections[0].delay = 1;
      }),
      "projection 0 ('image' -> 'conv'): has delay 1; an analog input is constant in time and needs delay 0");
  EXPECT_EQ(refusal([](Network& n) { n.projections[2].target = 3; }),
            "projection 2 ('conv' -> 'average'): max pooling needs a max gate as target");
  EXPECT_EQ(refusal([](Network& n) { n.projections[3].target = 2; }),
            "projection 3 ('conv' -> 'gate'): a max gate takes max pooling kernels only");
  EXPECT_EQ(refusal([](Network& n) { n.projections[2].source = 3; }),
            "projection 2 ('average' -> 'gate'): max pooling needs a source that spikes");
  EXPECT_EQ(
      refusal([](Network& n) { n.projections.push_back(n.projections[2]); }),
      "projection 6 ('conv' -> 'gate'): channel 0 of the max gate is already pooled by another projection");
}

TEST(Validate, RefusesBrokenConvolutions) {
  const auto with = [](const std::function<void(Convolution&)>& spoil) {
    return refusal([&spoil](Network& n) { spoil(kernel<Convolution>(n, 0)); });
  };
  const std::string place = "projection 0 ('image' -> 'conv'): ";
  EXPECT_EQ(with([](Convolution& k) { k.in.width = 4; }),
            place + "kernel input 2x3x4 is not the population's 2x3x3");
  EXPECT_EQ(with([](Convolution& k) { k.out.channels = 2; }),
            place + "kernel output 2x3x3 is not the population's 4x3x3");
  EXPECT_EQ(with([](Convolution& k) { k.window.stride_w = 0; }),
            place + "a window's kernel, stride or dilation is 0; must be in 1 .. 2^30");
  EXPECT_EQ(with([](Convolution& k) { k.window.pad_top = INT64_MIN; }),
            place + "padding is -9223372036854775808; must be within 2^30");
  EXPECT_EQ(with([](Convolution& k) { k.groups = 3; }),
            place + "3 groups do not divide 2 input and 4 output channels");
  EXPECT_EQ(with([](Convolution& k) { k.groups = 0; }),
            place + "0 groups do not divide 2 input and 4 output channels");
  EXPECT_EQ(with([](Convolution& k) { k.channels = 0; }),
            place + "the kernel has 0 channels; must be at least 1");
  EXPECT_EQ(with([](Convolution& k) { k.first_channel = 1; }),
            place + "channels 1 .. 4 are not in the target's 4");
  EXPECT_EQ(with([](Convolution& k) { k.weights.push_back(0.0F); }), place + "37 weights given; must be 36");
  EXPECT_EQ(with([](Convolution& k) { k.weights[5] = std::numeric_limits<float>::infinity(); }),
            place + "weights are not all finite");
  EXPECT_EQ(with([](Convolution& k) { k.window.kernel_h = k.window.kernel_w = 1 << 30; }),
            place + "36 weights given; must be 4611686018427387904");
}

TEST(Validate, RefusesTheOtherBrokenKernels) {
  EXPECT_EQ(refusal([](Network& n) { kernel<Dense>(n, 4).first_channel = 3; }),
            "projection 4 ('gate' -> 'classes'): channels 3 .. 5 are not in the target's 5");
  EXPECT_EQ(refusal([](Network& n) {
              n.populations[4].shape.width = 2;
              kernel<Dense>(n, 4).out.width = 2;
            }),
            "projection 4 ('gate' -> 'classes'): a dense kernel needs a 1 x 1 map as target, not 5x1x2");
  EXPECT_EQ(refusal([](Network& n) { kernel<Dense>(n, 4).weights.pop_back(); }),
            "projection 4 ('gate' -> 'classes'): 11 weights given; must be 12");
  EXPECT_EQ(refusal([](Network& n) { kernel<AveragePool>(n, 3).position_weight.clear(); }),
            "projection 3 ('conv' -> 'average'): 0 position weights given; must be 1");
  EXPECT_EQ(refusal([](Network& n) { kernel<AveragePool>(n, 3).channel_weight.clear(); }),
            "projection 3 ('conv' -> 'average'): 0 channel weights given; must be 4");
  EXPECT_EQ(refusal([](Network& n) { kernel<AveragePool>(n, 3).first_channel = 1; }),
            "projection 3 ('conv' -> 'average'): channels 1 .. 4 are not in the target's 4");
  EXPECT_EQ(refusal([](Network& n) { kernel<OneToOne>(n, 1).target[0] = 36; }),
            "projection 1 ('conv' -> 'conv'): target unit 36 is not in 4x3x3");
  EXPECT_EQ(refusal([](Network& n) { kernel<OneToOne>(n, 1).target.pop_back(); }),
            "projection 1 ('conv' -> 'conv'): 35 targets given; must be 36");
  EXPECT_EQ(refusal([](Network& n) { kernel<OneToOne>(n, 1).weight.pop_back(); }),
            "projection 1 ('conv' -> 'conv'): 35 weights given; must be 36");
  EXPECT_EQ(refusal([](Network& n) { kernel<MaxPool>(n, 2).first_channel = -1; }),
            "projection 2 ('conv' -> 'gate'): channels -1 .. 2 are not in the target's 4");
}

TEST(Validate, RefusesCyclesWithoutDelayAndCyclesOfRelays) {
  EXPECT_EQ(
      refusal([](Network& n) { n.projections[1].delay = 0; }),
      "a cycle of projections without delay passes through or feeds 'conv', 'gate', 'average', 'classes'; "
      "one projection of it needs a delay of at least 1 step");
  EXPECT_EQ(refusal([](Network& n) {
              OneToOne self{.in = kPooled, .out = kPooled, .target = {0, 1, 2, 3}, .weight = {1, 1, 1, 1}};
              n.projections.push_back({.source = 3, .target = 3, .delay = 1, .kernel = self});
            }),
            "population 'average' is on, or fed by, a cycle of relays alone; a cycle needs neurons");
}

TEST(StepOrder, BringsSourcesBeforeTargetsAndBreaksTiesById) {
  EXPECT_EQ(step_order(good()), (std::vector<PopulationId>{0, 1, 2, 3, 4}));
  Network network = good();
  std::swap(network.populations[1], network.populations[4]);  // now classes is 1, conv is 4
  for (Projection& projection : network.projections) {
    for (PopulationId* id : {&projection.source, &projection.target}) {
      *id = *id == 1 ? 4 : *id == 4 ? 1 : *id;
    }
  }
  EXPECT_EQ(step_order(network), (std::vector<PopulationId>{0, 4, 2, 3, 1}));
}

TEST(StepOrder, IgnoresProjectionsWithDelay) {
  Network network = good();
  network.projections[0].delay = 1;  // conv no longer waits for the image
  network.projections[4].delay = 1;
  network.projections[5].delay = 1;
  EXPECT_EQ(step_order(network), (std::vector<PopulationId>{0, 1, 2, 3, 4}));
}

TEST(Components, AreTheSetsOfPopulationsThatReachEachOtherInAnOrderOfTheFlow) {
  std::size_t cyclic = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const test::RandomNetwork random(seed);
    const Network& network = random.network();
    const std::size_t n = network.populations.size();
    std::vector<std::vector<bool>> reaches(n, std::vector<bool>(n, false));
    for (const Projection& projection : network.projections) {
      reaches[projection.source][projection.target] = true;
    }
    for (std::size_t via = 0; via < n; ++via) {  // Warshall
      for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b < n; ++b) {
          reaches[a][b] = reaches[a][b] || (reaches[a][via] && reaches[via][b]);
        }
      }
    }
    std::vector<std::size_t> component_of(n, n);
    const std::vector<Component> found = components(network);
    for (std::size_t c = 0; c < found.size(); ++c) {
      for (const PopulationId id : found[c].populations) {
        EXPECT_EQ(component_of[id], n) << "twice";
        component_of[id] = c;
        EXPECT_EQ(found[c].cyclic, reaches[id][id]);
      }
      cyclic += found[c].cyclic ? 1U : 0U;
    }
    for (std::size_t a = 0; a < n; ++a) {
      ASSERT_LT(component_of[a], n);
      for (std::size_t b = 0; b < n; ++b) {
        EXPECT_EQ(component_of[a] == component_of[b], a == b || (reaches[a][b] && reaches[b][a]));
        EXPECT_TRUE(!reaches[a][b] || component_of[a] <= component_of[b]);
      }
    }
  }
  EXPECT_GT(cyclic, 15U);
}

TEST(Synapses, AreAllConnectedPairs) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const test::RandomNetwork random(seed);
    const test::DenseSimulator dense(random.network());
    for (std::size_t p = 0; p < random.network().projections.size(); ++p) {
      EXPECT_EQ(synapses(random.network().projections[p]), dense.synapses(p)) << seed << " " << p;
    }
  }
}

}  // namespace
}  // namespace homolog::sim::network_test
