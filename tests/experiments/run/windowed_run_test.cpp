// Whole runs of codes with windows, on the repository's own network and images.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::windowed_run_test {
namespace {

using testing::HasSubstr;

TEST(WindowedRun, FirstSpikesAnswerAsTheFloatNetworkDoes) {
  const std::string folder = test::fresh_folder("ttfs");
  for (const std::string input : {"current", "latency"}) {
    const auto result = test::run_small(folder, input, {"spiking.code=ttfs", "spiking.input=" + input});
    ASSERT_EQ(result.code, 0) << result.err;
    const nlohmann::json json = test::summary_of(folder + "/" + input);
    EXPECT_EQ(json["time"], "windows");
    EXPECT_EQ(json["accuracy"]["agreement"], (std::vector<double>{1.0}));
    EXPECT_EQ(json["clipped_per_image"], 0.0);
    EXPECT_EQ(json["steps"], input == "current" ? 3 : 4);  // three layers, and the image
  }
}

// A spike's time says its neuron's activation: x = window length - (time - begin of the window), in units of
// the activation. Decoded from the file by hand, and compared with the float network's activations by their
// RDM, which the run has computed from the float network itself.
TEST(WindowedRun, TimesInTheFileAreTheActivations) {
  const std::string folder = test::fresh_folder("ttfs");
  ASSERT_EQ(test::run_small(folder, "out",
                            {"spiking.code=ttfs", "spiking.window_ms=5",
                             "analyses=[{rsa: {layers: all, codes: [float, decoded]}}]"})
                .code,
            0);
  const ResultsReader results(folder + "/out/results.h5");
  EXPECT_EQ(results.header().step_ms, 5.0);
  for (const RdmName& name : results.rdms()) {
    if (name.code == "float") {
      const RdmMatrix wanted = results.rdm(name);
      const RdmMatrix decoded = results.rdm({.layer = name.layer, .code = "decoded"});
      for (std::size_t i = 0; i < wanted.values.size(); ++i) {
        // Correlations of activations that agree to about 1e-6 of their largest.
        EXPECT_NEAR(decoded.values[i], wanted.values[i], 1e-4) << name.layer;
      }
    }
  }
}

TEST(WindowedRun, IsTheSameForAnyNumberOfThreads) {
  const std::string folder = test::fresh_folder("ttfs");
  ASSERT_EQ(test::run_small(folder, "two", {"spiking.code=ttfs"}).code, 0);
  ASSERT_EQ(test::cli({"run", test::small_config(folder), "--output", folder + "/one", "--quiet", "--threads",
                       "1", "--set", "spiking.code=ttfs"})
                .code,
            0);
  const ResultsReader one(folder + "/one/results.h5");
  const ResultsReader two(folder + "/two/results.h5");
  for (std::int64_t k = 0; k < one.stimuli(); ++k) {
    EXPECT_EQ(one.spiking_readout(k), two.spiking_readout(k));
    EXPECT_EQ(one.spikes(0, k).ids, two.spikes(0, k).ids);
  }
}

// Windows half as long as the largest activation of the calibration images clip, and say so.
TEST(WindowedRun, CalibratedWindowsReportWhatTheyClip) {
  const std::string folder = test::fresh_folder("ttfs");
  const std::vector<std::string> calibrated{"spiking.code=ttfs", "spiking.window=calibrated"};
  // Shown are images that the windows were not calibrated on.
  auto settings = calibrated;
  settings.insert(settings.end(),
                  {"stimuli.first=100", "spiking.window_margin=1", "spiking.threshold.calibration.images=1"});
  ASSERT_EQ(test::run_small(folder, "tight", settings).code, 0);
  EXPECT_GT(test::summary_of(folder + "/tight")["clipped_per_image"].get<double>(), 0.0);
  settings = calibrated;
  settings.emplace_back("spiking.window_margin=100");
  ASSERT_EQ(test::run_small(folder, "wide", settings).code, 0);
  EXPECT_EQ(test::summary_of(folder + "/wide")["clipped_per_image"].get<double>(), 0.0);
}

TEST(WindowedRun, EveryCodeWithWindowsLeavesAReport) {
  const std::string folder = test::fresh_folder("windows");
  for (const std::string code : {"few-spike", "rank-order"}) {
    const auto result = test::run_small(folder, code, {"spiking.code=" + code});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(std::filesystem::exists(folder + "/" + code + "/report.html"));
    // LeNet loses little with eight bits, or with the order alone; 20 images.
    EXPECT_GE(test::summary_of(folder + "/" + code)["accuracy"]["agreement"][0].get<double>(), 0.9) << code;
  }
}

TEST(WindowedRun, ChoicesThatExcludeEachOtherAreRefused) {
  const std::string folder = test::fresh_folder("windows");
  const auto poisson = test::run_small(folder, "a", {"spiking.code=ttfs", "spiking.input=poisson"});
  EXPECT_EQ(poisson.code, 2);
  EXPECT_THAT(poisson.err, HasSubstr("poisson spikes come in steps"));
  const auto latency = test::run_small(folder, "b", {"spiking.input=latency"});
  EXPECT_EQ(latency.code, 2);
  EXPECT_THAT(latency.err, HasSubstr("latency needs a code with windows"));
}

TEST(WindowedRun, ValidateListsWhatTheCodeDoesNotUse) {
  const std::string folder = test::fresh_folder("windows");
  const auto result = test::cli({"validate", test::small_config(folder), "--set", "spiking.code=ttfs",
                                 "--set", "spiking.window_steps=4"});
  EXPECT_EQ(result.code, 0) << result.err;
  for (const std::string key : {"spiking.steps", "spiking.threshold", "spiking.window_steps"}) {
    EXPECT_THAT(result.out, HasSubstr("unused      " + key));
  }
  EXPECT_THAT(result.out, HasSubstr("3 windows"));
}

}  // namespace
}  // namespace homolog::experiments::windowed_run_test
