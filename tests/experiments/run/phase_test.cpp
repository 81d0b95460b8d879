// spiking.code: phase, from the configuration to the results file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::phase_test {
namespace {

using test::cli;
using test::fresh_folder;
using test::small_config;

/// Folder of a run of the small experiment with code phase.
std::string run(const std::string& name, std::vector<std::string> settings,
                const std::string& threads = "2") {
  settings.insert(settings.begin(), "spiking.code=phase");
  return test::folder_of_run(test::fresh_folder("phase_" + name), "results", settings,
                             {"--threads", threads});
}

TEST(PhaseRun, ConvergesToTheFloatNetworkOfLeNet) {
  const std::string folder = run("answers", {"spiking.steps=512", "spiking.threshold.method=maximum"});
  const nlohmann::json summary = test::summary_of(folder);
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
  const std::vector<float> one = test::all_readouts(run("threads1", {}, "1"));
  EXPECT_EQ(one, test::all_readouts(run("threads3", {}, "3")));
  EXPECT_NE(one, test::all_readouts(run("phases4", {"spiking.phases=4"})));
}

}  // namespace
}  // namespace homolog::experiments::phase_test
