// Whole runs on the repository's own assets: what they leave, and that nothing that must not matter matters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"
#include "experiments/stimuli/stimuli.hpp"
#include "sim/engine/simd.hpp"
#include "tests/experiments/run/support.hpp"

namespace homolog::experiments::whole_run_test {
namespace {

using test::cli;
using test::fresh_folder;
using test::small_config;

/// Everything about a run that must not depend on how it was computed.
struct Outcome {
  std::vector<std::vector<std::uint32_t>> spikes{};  ///< per stimulus and layer: steps, then ids
  std::vector<std::vector<std::uint32_t>> counts{};
  std::vector<std::vector<float>> readouts{};
  std::vector<double> rdms{};
  std::vector<float> float_readout{};
  std::vector<std::uint64_t> operations{};

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(const std::string& folder) {
  const ResultsReader reader(folder + "/results.h5");
  Outcome outcome{.float_readout = reader.float_readout(), .operations = reader.synaptic_operations()};
  for (std::int64_t i = 0; i < reader.stimuli(); ++i) {
    for (std::size_t layer = 0; layer < reader.layers().size(); ++layer) {
      const SpikeTrain train = reader.spikes(layer, i);
      outcome.spikes.push_back(train.steps);
      outcome.spikes.back().insert(outcome.spikes.back().end(), train.ids.begin(), train.ids.end());
      outcome.counts.push_back(reader.counts(layer, i));
    }
    outcome.readouts.push_back(reader.spiking_readout(i));
  }
  for (const RdmName& name : reader.rdms()) {
    const RdmMatrix rdm = reader.rdm(name);
    outcome.rdms.insert(outcome.rdms.end(), rdm.values.begin(), rdm.values.end());
  }
  return outcome;
}

Outcome run(const std::string& config, const std::string& name, std::vector<std::string> options = {}) {
  const std::string folder = fresh_folder("run_" + name);
  std::vector<std::string> arguments{"run", config, "--quiet", "--output", folder};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto result = cli(arguments);
  EXPECT_EQ(result.code, 0) << result.err;
  return outcome_of(folder);
}

TEST(WholeRun, LeavesResultsSummaryAndReport) {
  const std::string folder = fresh_folder("whole");
  const auto result = cli({"run", small_config(folder)});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, testing::HasSubstr("small: 20 images, 12 steps"));
  EXPECT_THAT(result.out, testing::HasSubstr(folder + "/results/report.html"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/results/results.h5.part"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/results/representations.part"));
  EXPECT_GT(std::filesystem::file_size(folder + "/results/report.html"), 200000U);  // D3 is inside

  std::ifstream file(folder + "/results/summary.json");
  const auto summary = nlohmann::json::parse(file);
  EXPECT_EQ(summary["name"], "small");
  EXPECT_EQ(summary["images"], 20);
  EXPECT_EQ(summary["steps"], 12);
  EXPECT_EQ(summary["accuracy"]["spiking"].size(), 12U);
  EXPECT_EQ(summary["accuracy"]["agreement"].size(), 12U);
  EXPECT_GE(summary["accuracy"]["float"].get<double>(), 0.95);  // 0.9953 on all test images
  for (const char* key : {"load", "calibrate", "float", "activations", "simulate", "record", "analyse"}) {
    EXPECT_TRUE(summary["seconds"][key].is_number()) << key;
  }
  // Two layers, three codes against V1, two of them against their float twin.
  EXPECT_EQ(summary["rsa"].size(), 2U * (3U + 2U));

  const ResultsReader reader(folder + "/results/results.h5");
  std::uint64_t recorded = 0;
  for (std::size_t layer = 0; layer < reader.layers().size(); ++layer) {
    std::uint64_t spikes = 0;
    for (std::int64_t i = 0; i < reader.stimuli(); ++i) {
      const SpikeTrain train = reader.spikes(layer, i);
      std::vector<std::uint32_t> counts(reader.counts(layer, i).size(), 0U);
      for (const std::uint32_t id : train.ids) {
        ++counts.at(id);
      }
      EXPECT_EQ(counts, reader.counts(layer, i));
      spikes += train.ids.size();
    }
    EXPECT_EQ(spikes, reader.layer_spikes()[layer]) << reader.layers()[layer].name;
    recorded += spikes;
  }
  EXPECT_NEAR(summary["spikes"]["per_image"].get<double>(), static_cast<double>(recorded) / 20.0, 1e-9);
}

TEST(WholeRun, GivesTheSameBitsForAnyNumberOfThreads) {
  const std::string config = small_config(fresh_folder("threads"));
  const Outcome one = run(config, "threads1", {"--threads", "1"});
  EXPECT_EQ(one, run(config, "threads2", {"--threads", "2"}));
  EXPECT_EQ(one, run(config, "threads5", {"--threads", "5"}));
}

TEST(WholeRun, GivesTheSameBitsWithEveryInstructionSet) {
  const std::string config = small_config(fresh_folder("instructions"));
  const std::vector<std::string> options{"--threads", "1", "--set", "analyses=[]"};
  const Outcome best = run(config, "best", options);
  for (const std::string& instructions : sim::instruction_sets()) {
    setenv("HOMOLOG_INSTRUCTION_SET", instructions.c_str(), 1);
    EXPECT_EQ(best, run(config, instructions, options)) << instructions;
  }
  unsetenv("HOMOLOG_INSTRUCTION_SET");
  sim::use_instruction_set("");
}

// With fewer images than threads, several threads share an image.
TEST(WholeRun, GivesTheSameBitsForFewerImagesThanThreads) {
  const std::string config = small_config(fresh_folder("few"));
  const std::vector<std::string> two{"--set", "stimuli.count=2", "--set", "analyses=[]", "--threads"};
  const auto with_threads = [&](const std::string& threads) {
    auto options = two;
    options.push_back(threads);
    return run(config, "few" + threads, options);
  };
  const Outcome one = with_threads("1");
  EXPECT_EQ(one, with_threads("3"));
  EXPECT_EQ(one, with_threads("8"));
}

TEST(WholeRun, GivesTheSameSpikesForAnImageWhereverItStands) {
  const std::string config = small_config(fresh_folder("order"));
  for (const std::string input : {"current", "poisson"}) {
    const std::vector<std::string> code{"--set", "spiking.input=" + input, "--set", "analyses=[]"};
    auto options = code;
    const Outcome all = run(config, "all_" + input, options);
    options.insert(options.end(), {"--set", "stimuli.first=7", "--set", "stimuli.count=1"});
    const Outcome alone = run(config, "alone_" + input, options);
    const std::size_t layers = alone.spikes.size();
    for (std::size_t layer = 0; layer < layers; ++layer) {
      EXPECT_EQ(alone.spikes[layer], all.spikes[7 * layers + layer]) << input;
    }
    EXPECT_EQ(alone.readouts[0], all.readouts[7]) << input;
  }
}

TEST(WholeRun, ComputesTheSameWithRecordingOff) {
  const std::string config = small_config(fresh_folder("recording"));
  const Outcome on = run(config, "on");
  const Outcome off = run(config, "off", {"--set", "record.spikes=false", "--set", "record.counts=false"});
  EXPECT_EQ(on.readouts, off.readouts);
  EXPECT_EQ(on.rdms, off.rdms);
  EXPECT_EQ(on.operations, off.operations);
}

TEST(WholeRun, DrawsPoissonInputFromTheSeedAlone) {
  const std::string config = small_config(fresh_folder("poisson"));
  const std::vector<std::string> poisson{"--set", "spiking.input=poisson"};
  auto other = poisson;
  other.insert(other.end(), {"--seed", "4"});
  const Outcome first = run(config, "poisson1", poisson);
  EXPECT_EQ(first, run(config, "poisson2", poisson));
  EXPECT_NE(first.spikes, run(config, "poisson3", other).spikes);
}

TEST(WholeRun, RecordsTheSpikesOfPoissonInput) {
  const std::string folder = fresh_folder("poisson_input");
  const auto result = cli({"run", small_config(folder), "--quiet", "--set", "spiking.input=poisson"});
  ASSERT_EQ(result.code, 0) << result.err;
  const ResultsReader reader(folder + "/results/results.h5");
  ASSERT_EQ(reader.layers().at(0).name, "input");
  const auto stimuli =
      open_stimuli({.kind = StimuliSpec::Kind::idx,
                    .files = {test::source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz")},
                    .count = 20});
  for (std::int64_t i = 0; i < 20; ++i) {
    const Image image = stimuli->at(i);
    const std::vector<std::uint32_t> counts = reader.counts(0, i);
    ASSERT_EQ(counts.size(), image.pixels.size());
    for (std::size_t unit = 0; unit < counts.size(); ++unit) {
      if (image.pixels[unit] == 0.0F || image.pixels[unit] == 1.0F) {  // never, always
        ASSERT_EQ(counts[unit], image.pixels[unit] == 0.0F ? 0U : 12U) << "image " << i << " unit " << unit;
      }
    }
  }
}

TEST(WholeRun, TakesEveryNeuronOption) {
  const std::string config = small_config(fresh_folder("neurons"));
  const Outcome plain = run(config, "plain");
  for (const std::string neuron : {"{model: lif, tau_ms: 20}", "{model: if, reset: zero}",
                                   "{model: if, refractory: 2}", "{model: if, initial: 0}"}) {
    EXPECT_NE(plain.spikes, run(config, "neuron", {"--set", "spiking.neuron=" + neuron}).spikes) << neuron;
  }
}

}  // namespace
}  // namespace homolog::experiments::whole_run_test
