// spiking.weights: int8, from the configuration to the results file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::int8_weights_test {
namespace {

using test::cli;
using test::fresh_folder;
using test::small_config;

/// Folder of a run of the small experiment with `weights`.
std::string run(const std::string& weights, const std::string& name, const std::string& threads = "2") {
  return test::folder_of_run(fresh_folder("int8_" + name), "results", {"spiking.weights=" + weights},
                             {"--threads", threads});
}

TEST(Int8Run, WritesTheErrorOfEveryLayer) {
  const ResultsReader reader(run("int8", "error") + "/results.h5");
  std::map<std::string, double> snr;
  for (const ConversionRecord& row : reader.conversion()) {
    if (!std::isnan(row.weight_snr_db)) {
      snr[row.layer] = row.weight_snr_db;
      EXPECT_GT(row.weight_scale_low, 0.0);
      EXPECT_LE(row.weight_scale_low, row.weight_scale_high);
    }
  }
  // In LeNet the other layers are fed by the image as a current or by a relay of average pooling.
  EXPECT_EQ(snr.size(), 2U);
  for (const char* layer : {"relu2.Relu_output_0", "logits"}) {
    EXPECT_GT(snr[layer], 35.0) << layer;  // bell-shaped weights lose some of a uniform distribution's 48 dB
    EXPECT_LT(snr[layer], 48.1) << layer;
  }
  for (const ConversionRecord& row : ResultsReader(run("float32", "none") + "/results.h5").conversion()) {
    EXPECT_TRUE(std::isnan(row.weight_snr_db));
  }
}

TEST(Int8Run, GivesTheSameBitsForAnyNumberOfThreadsButNotThoseOfFloat) {
  const std::vector<float> one = test::all_readouts(run("int8", "threads1", "1"));
  EXPECT_EQ(one, test::all_readouts(run("int8", "threads3", "3")));
  EXPECT_NE(one, test::all_readouts(run("float32", "float")));
}

// LeNet answers all 20 images as its float twin does, with margins that an error of 1 % cannot turn.
TEST(Int8Run, KeepsTheAnswersOfLeNet) {
  std::ifstream file(run("int8", "answers") + "/summary.json");
  const auto summary = nlohmann::json::parse(file);
  EXPECT_GE(summary["accuracy"]["agreement"].back().get<double>(), 0.95);
}

TEST(Int8Run, IsToldByValidateAndByTheTable) {
  const std::string folder = fresh_folder("int8_validate");
  const auto validated = cli({"validate", small_config(folder), "--set", "spiking.weights=int8"});
  EXPECT_EQ(validated.code, 0) << validated.err;
  EXPECT_THAT(validated.out, testing::HasSubstr("recorded, 8-bit weights\n"));
  const auto ran = cli({"run", small_config(folder), "--verbose", "--set", "spiking.weights=int8"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, testing::ContainsRegex("int8, [0-9.]+ dB"));
}

TEST(Int8Run, RefusesAnUnknownFormat) {
  const std::string folder = fresh_folder("int8_unknown");
  const auto result = cli({"validate", small_config(folder), "--set", "spiking.weights=int4"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, testing::HasSubstr("spiking.weights"));
  EXPECT_THAT(result.err, testing::HasSubstr("float32"));
}

}  // namespace
}  // namespace homolog::experiments::int8_weights_test
