// spiking.code: phase, from the configuration to the results file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/support.hpp"

namespace homolog::experiments {
namespace {

using test::cli;
using test::fresh_folder;
using test::small_config;

/// Folder of a run of the small experiment with code phase.
std::string run(const std::string& name, std::vector<std::string> options) {
  const std::string folder = fresh_folder("phase_" + name);
  std::vector<std::string> arguments{"run", small_config(folder), "--set", "spiking.code=phase"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto result = cli(arguments);
  EXPECT_EQ(result.code, 0) << result.err;
  return folder + "/results";
}

std::vector<float> readouts(const std::string& folder) {
  const ResultsReader reader(folder + "/results.h5");
  std::vector<float> all;
  for (std::int64_t i = 0; i < reader.stimuli(); ++i) {
    const std::vector<float> one = reader.spiking_readout(i);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

TEST(PhaseRun, ConvergesToTheFloatNetworkOfLeNet) {
  const std::string folder =
      run("answers", {"--set", "spiking.steps=512", "--set", "spiking.threshold.method=maximum"});
  std::ifstream file(folder + "/summary.json");
  const auto summary = nlohmann::json::parse(file);
  EXPECT_GE(summary["accuracy"]["agreement"].back().get<double>(), 0.95);
  // Decoded activations after 64 periods: the rest of a neuron's potential, of the order of the largest
  // worth, over 64 periods is about 1 % of its scale; an RDM of correlations then is the float network's to
  // three digits.
  double decoded = 0.0;
  for (const auto& row : summary["rsa"]) {
    if (row["code"] == "decoded" && row["reference"] == "float twin") {
      decoded = std::max(decoded, row["value"].get<double>());
      EXPECT_GT(row["value"].get<double>(), 0.98) << row["layer"];
    }
  }
  EXPECT_GT(decoded, 0.0);
}

TEST(PhaseRun, GivesTheSameBitsForAnyNumberOfThreads) {
  const std::vector<float> one = readouts(run("threads1", {"--threads", "1"}));
  EXPECT_EQ(one, readouts(run("threads3", {"--threads", "3"})));
  EXPECT_NE(one, readouts(run("phases4", {"--set", "spiking.phases=4"})));
}

}  // namespace
}  // namespace homolog::experiments
