// What the estimate of memory is made of. Whether it is right is measured in memory_slow.cpp and
// docs/performance.md.

#include "experiments/run/memory_estimate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/cli/analyses.hpp"
#include "sim/engine/simulator.hpp"
#include "support.hpp"

namespace homolog::experiments::memory_estimate_test {
namespace {

MemoryEstimate estimate(const Overrides& overrides, int threads) {
  const std::string folder = test::fresh_folder("config");
  const Experiment experiment = parse_experiment(test::small_config(folder), overrides, known_analyses());
  return estimate_memory(experiment, prepare(experiment), threads);
}

std::uint64_t bytes_of(const MemoryEstimate& estimate, const std::string& name) {
  std::uint64_t bytes = 0;
  for (const auto& parts : estimate.phases) {
    for (const MemoryEstimate::Part& part : parts) {
      bytes += part.name == name ? part.bytes : 0;
    }
  }
  return bytes;
}

/// Of layer relu1.
constexpr std::uint64_t kUnits = 16 * 24 * 24;

TEST(MemoryEstimate, IsWhatIsAlwaysNeededAndTheLargestPhase) {
  const MemoryEstimate made{.whole_run = {{"a", 5}, {"b", 7}},
                            .phases = {{{"c", 100}}, {{"d", 60}, {"e", 50}}}};
  EXPECT_EQ(made.total(), 5U + 7U + 60U + 50U);
  EXPECT_EQ((MemoryEstimate{.whole_run = {{"a", 5}}, .phases = {}}.total()), 5U);
}

TEST(MemoryEstimate, HasAStateOfTheNetworkForEachThreadThatHasAnImage) {
  const std::string folder = test::fresh_folder("config");
  const Experiment experiment = parse_experiment(test::small_config(folder), {}, known_analyses());
  const Preparation preparation = prepare(experiment);
  const std::uint64_t state = sim::Simulator(preparation.outline.network).state_bytes();
  for (const int threads : {1, 3}) {
    EXPECT_EQ(bytes_of(estimate_memory(experiment, preparation, threads), "states of the network"),
              static_cast<std::uint64_t>(threads) * state);
  }
  EXPECT_EQ(bytes_of(estimate_memory(experiment, preparation, 50), "states of the network"), 20 * state);
}

TEST(MemoryEstimate, OfSpikesGrowsWithStepsButNotWithImages) {
  const auto spikes = [](const char* images, const char* steps) {
    return static_cast<double>(bytes_of(estimate({{"stimuli.count", images}, {"spiking.steps", steps}}, 2),
                                        "images waiting to be written"));
  };
  EXPECT_EQ(spikes("20", "12"), spikes("1000", "12"));
  const double twelve_steps = spikes("20", "24") - spikes("20", "12");
  EXPECT_GT(twelve_steps,
            4 * kAssumedActivity * 12 * 11392);  // four images of 11,392 neurons, a byte a spike
  EXPECT_NEAR(spikes("20", "36") - spikes("20", "24"), twelve_steps, 4 * 5);  // rounded per image and layer
}

TEST(MemoryEstimate, LeavesOutWhatIsNotRecorded) {
  const MemoryEstimate all = estimate({}, 2);
  const MemoryEstimate none = estimate({{"record.spikes", "false"}, {"record.counts", "false"}}, 2);
  EXPECT_LT(bytes_of(none, "images waiting to be written"), bytes_of(all, "images waiting to be written"));
  EXPECT_LT(bytes_of(none, "spikes and counts being collected"),
            bytes_of(all, "spikes and counts being collected"));
  EXPECT_EQ(bytes_of(estimate({{"analyses", "[]"}}, 2), "analyses"), 0U);
}

// An RDM of n stimuli has n (n - 1) / 2 pairs: for large n four times as many for twice as many stimuli.
TEST(MemoryEstimate, OfRdmsGrowsWithTheSquareOfTheStimuli) {
  const auto rdms = [](const char* images) {
    return static_cast<double>(
        bytes_of(estimate({{"stimuli.count", images}, {"analyses.0.rsa.references", "[]"}}, 2), "analyses"));
  };
  const double block = 16.0 * 512.0;  // of units, two floats and a double for each stimulus
  EXPECT_NEAR((rdms("1000") - 1000.0 * block) / (rdms("500") - 500.0 * block), 4.0, 0.01);
}

/// Analyses with one entry for the layer of 16 x 24 x 24 neurons.
Overrides with_rsa(const std::string& settings, Overrides more = {}) {
  more.insert(more.end(),
              {{"analyses", "[{rsa: {layers: [relu1*], dissimilarity: euclidean, " + settings + "}}]"},
               {"record", "{spikes: false, counts: false}"}});
  return more;
}

std::uint64_t disk(const Overrides& overrides) {
  const std::string folder = test::fresh_folder("config");
  const Experiment experiment = parse_experiment(test::small_config(folder), overrides, known_analyses());
  return temporary_disk_bytes(experiment, prepare(experiment));
}

// A train of T steps is kept as ceil(T / 64) words of 8 bytes.
TEST(MemoryEstimate, KnowsSpikeTrains) {
  const auto trains = [](const char* steps) {
    return with_rsa("codes: [victor_purpura]", {{"spiking.steps", steps}});
  };
  const auto waiting = [&](const char* steps) {
    return bytes_of(estimate(trains(steps), 2), "images waiting to be written");
  };
  const auto collected = [&](const char* steps) {
    return bytes_of(estimate(trains(steps), 2), "spikes and counts being collected");
  };
  constexpr std::uint64_t kReadouts = 4 * 10;  // of a step, 10 classes
  EXPECT_EQ(waiting("65") - waiting("64"), 4 * (8 * kUnits + kReadouts)) << "four images of two threads";
  EXPECT_EQ(waiting("64") - waiting("63"), 4 * kReadouts);
  EXPECT_EQ(collected("128"), 2 * 2 * 8 * kUnits);
  EXPECT_EQ(disk(trains("64")), 20 * 8 * kUnits);
  EXPECT_EQ(disk(trains("65")), 20 * 2 * 8 * kUnits);
}

TEST(MemoryEstimate, KnowsThatFirstSpikesAreSmallerThanTrains) {
  const auto collected = [](const std::string& settings, const Overrides& more) {
    return bytes_of(estimate(with_rsa(settings, more), 1), "spikes and counts being collected");
  };
  EXPECT_EQ(collected("codes: [rank, first_spike]", {}), 4 * kUnits);
  EXPECT_EQ(collected("codes: [rank, first_spike]", {{"spiking.code", "ttfs"}}), 8 * kUnits);
  EXPECT_EQ(collected("codes: [rank, count]", {}), 2 * 4 * kUnits);
  EXPECT_EQ(collected("codes: [membrane]", {}), 0U) << "read from the state";
}

TEST(MemoryEstimate, OfRdmsKnowsThatRepetitionsAreNoFurtherStimuli) {
  const auto rdms = [](const char* repetitions) {
    return bytes_of(
        estimate(with_rsa("codes: [count]", {{"stimuli.count", "200"}, {"stimuli.repetitions", repetitions}}),
                 2),
        "analyses");
  };
  EXPECT_EQ(rdms("3") - rdms("1"), 400 * 12 * 512) << "a float and a double for each unit of a block";
  EXPECT_EQ(disk(with_rsa("codes: [float, count]", {{"stimuli.repetitions", "3"}})), 2 * 60 * 4 * kUnits);
}

TEST(MemoryEstimate, KnowsNetworksWithRandomWeights) {
  const Overrides none = with_rsa("codes: [count]");
  const Overrides random = with_rsa("codes: [count], random_networks: 5", {{"stimuli.repetitions", "2"}});
  EXPECT_EQ(bytes_of(estimate(none, 2), "network with random weights"), 0U);
  EXPECT_GT(bytes_of(estimate(random, 2), "network with random weights"), 4 * kUnits);
  // One network at a time, each stimulus once; counts of 40 presentations.
  EXPECT_EQ(disk(random), 20 * 4 * kUnits + 40 * 4 * kUnits);
}

TEST(MemoryEstimate, IsWhatValidateShows) {
  const auto result =
      test::cli({"validate", test::small_config(test::fresh_folder("config")), "--threads", "3"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("with 3 threads"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("about " + bytes_text(estimate({}, 3).total())), std::string::npos) << result.out;
}

TEST(Validate, TellsPresentationsFromStimuli) {
  const auto stimuli = [](const std::vector<std::string>& settings) {
    std::vector<std::string> words{"validate", test::small_config(test::fresh_folder("config"))};
    for (const std::string& setting : settings) {
      words.insert(words.end(), {"--set", setting});
    }
    const auto result = test::cli(words);
    EXPECT_EQ(result.code, 0) << result.err;
    const std::size_t begin = result.out.find("  stimuli ");
    return result.out.substr(begin, result.out.find('\n', begin) - begin);
  };
  EXPECT_EQ(stimuli({}), "  stimuli     20, with labels");
  EXPECT_EQ(stimuli({"stimuli.repetitions=3"}),
            "  stimuli     20, each presented 3 times (60 presentations), with labels");
}

TEST(MemoryEstimate, IsWrittenInPowersOf1024) {
  EXPECT_EQ(bytes_text(0), "0.0 B");
  EXPECT_EQ(bytes_text(1023), "1023.0 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(bytes_text(std::uint64_t{5} << 30U), "5.0 GiB");
}

}  // namespace
}  // namespace homolog::experiments::memory_estimate_test
