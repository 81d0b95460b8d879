// Whole runs with neurons whose spikes have signs, on the repository's own network and images.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/recording/results_reader.hpp"
#include "experiments/report/page_data.hpp"
#include "sim/neuron/neurons.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::signed_run_test {
namespace {

using testing::HasSubstr;

const std::string kSigned = "spiking.neuron.model=signed-if";

std::size_t index_of(const ResultsReader& results, const std::string& name) {
  for (std::size_t i = 0; i < results.layers().size(); ++i) {
    if (results.layers()[i].name == name) {
      return i;
    }
  }
  ADD_FAILURE() << "no layer " << name;
  return 0;
}

TEST(SignedRun, RecordsNegativeSpikesApartAndCountsTheDifference) {
  const std::string folder = test::fresh_folder("signed");
  const std::string run = test::folder_of_run(folder, "run", {kSigned, "record.counts=true"});
  const ResultsReader results(run + "/results.h5");
  const std::vector<std::uint64_t> totals = results.layer_spikes();
  std::size_t signed_layers = 0;
  std::uint64_t negative_spikes = 0;
  for (std::size_t n = 0; n < results.layers().size(); ++n) {
    const LayerRecord& negative = results.layers()[n];
    if (negative.negative_of.empty()) {
      continue;
    }
    ++signed_layers;
    EXPECT_EQ(negative.name, negative.negative_of + ".negative");
    const std::size_t layer = index_of(results, negative.negative_of);
    std::uint64_t both = 0;
    std::uint64_t minus = 0;
    for (std::int64_t k = 0; k < results.stimuli(); ++k) {
      std::vector<std::int64_t> net(static_cast<std::size_t>(negative.shape.size()), 0);
      const SpikeTrain up = results.spikes(layer, k);
      const SpikeTrain down = results.spikes(n, k);
      for (const std::uint32_t id : up.ids) {
        ++net[id];
      }
      for (const std::uint32_t id : down.ids) {
        --net[id];
      }
      const std::vector<std::uint32_t> counts = results.counts(layer, k);
      EXPECT_EQ(net, std::vector<std::int64_t>(counts.begin(), counts.end()));
      both += up.ids.size() + down.ids.size();
      minus += down.ids.size();
    }
    EXPECT_EQ(totals[layer], both) << "spikes of both signs are what a layer costs";
    EXPECT_EQ(totals[n], minus);
    negative_spikes += minus;
  }
  EXPECT_EQ(signed_layers, 3U);
  EXPECT_GT(negative_spikes, 100U);
  // Without /counts the reader computes them from both.
  const std::string bare = test::folder_of_run(folder, "bare", {kSigned, "record.counts=false"});
  const ResultsReader from_spikes(bare + "/results.h5");
  EXPECT_EQ(from_spikes.counts(0, 0), results.counts(0, 0));
}

TEST(SignedRun, LinearOutputsFireWhereAsked) {
  const std::string folder = test::fresh_folder("signed_linear");
  const std::string linear = "spiking.linear=neurons";
  const std::string fires = test::folder_of_run(folder, "fires", {kSigned, linear, "record.counts=true"});
  const ResultsReader relays(test::folder_of_run(folder, "relays", {kSigned}) + "/results.h5");
  const ResultsReader results(fires + "/results.h5");
  const std::string pool = "pool2.AveragePool_output_0";  // a relay before the dense layer, else
  const LayerRecord& layer = results.layers()[index_of(results, pool)];
  EXPECT_EQ(relays.layers()[index_of(relays, pool)].neurons, 0U);
  EXPECT_EQ(layer.neurons, static_cast<std::uint64_t>(layer.shape.size()));
  EXPECT_TRUE(layer.spikes);
  EXPECT_FALSE(layer.counts) << "net counts of what is not rectified do not fit /counts";
  EXPECT_GT(results.layer_spikes()[index_of(results, pool)], 0U);
  EXPECT_EQ(results.layers()[index_of(results, pool + ".negative")].negative_of, pool);
  EXPECT_EQ(test::run_small(folder, "refused", {linear}).code, 2);
}

TEST(SignedRun, IsTheSameForAnyNumberOfThreads) {
  const std::string folder = test::fresh_folder("signed_threads");
  const std::string one =
      test::folder_of_run(folder, "one", {kSigned, "spiking.linear=neurons"}, {"--threads", "1"});
  const std::string three =
      test::folder_of_run(folder, "three", {kSigned, "spiking.linear=neurons"}, {"--threads", "3"});
  EXPECT_EQ(test::all_readouts(one), test::all_readouts(three));
}

TEST(SignedRun, LeavesAReportThatCountsNoNeuronTwice) {
  const std::string folder = test::fresh_folder("signed_report");
  const nlohmann::json with = test::summary_of(test::folder_of_run(folder, "signed", {kSigned}));
  const std::string alike = test::folder_of_run(folder, "alike", {});
  EXPECT_EQ(with["spikes"]["per_layer"].size(), test::summary_of(alike)["spikes"]["per_layer"].size());
  EXPECT_TRUE(std::ifstream(folder + "/signed/report.html").good());
  const nlohmann::json page = report::page_data(ResultsReader(folder + "/signed/results.h5"));
  const nlohmann::json other = report::page_data(ResultsReader(alike + "/results.h5"));
  EXPECT_EQ(page["totals"]["neurons"], other["totals"]["neurons"]);
  const double shown = page["totals"]["spikes"].get<double>() / with["images"].get<double>();
  EXPECT_NEAR(shown, with["spikes"]["per_image"].get<double>(), 1e-9 * shown);
}

const std::string kFitted = "spiking.threshold.method=auto";

TEST(SignedRun, IsWhatFewFittedStepsAre) {
  const std::string folder = test::fresh_folder("signed_default");
  const auto summary = [&](const std::string& name, const std::vector<std::string>& settings) {
    return test::summary_of(test::folder_of_run(folder, name, settings));
  };
  const nlohmann::json few = summary("few", {kFitted, "analyses=[]"});
  EXPECT_EQ(few["neuron"], sim::SignedIntegrateAndFire::kName);
  const nlohmann::json named = summary("named", {kFitted, kSigned, "analyses=[]"});
  EXPECT_EQ(few["spikes"], named["spikes"]);
  EXPECT_EQ(few["accuracy"], named["accuracy"]);
}

TEST(SignedRun, IsNotWhatAnalysesOfSpikeTimesGet) {
  const std::string folder = test::fresh_folder("signed_times");
  const std::string alike = std::string("(") + sim::IntegrateAndFire::kName + ")";
  const std::string with_signs = std::string("(") + sim::SignedIntegrateAndFire::kName + ")";
  const auto validated = [&](const std::string& setting) {
    const test::CliResult result =
        test::cli({"validate", test::small_config(folder), "--set", kFitted, "--set", setting});
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  };
  EXPECT_THAT(validated("spiking.steps=64"), HasSubstr(with_signs));
  EXPECT_THAT(validated("spiking.steps=65"), HasSubstr(alike));
  const std::string rsa = "analyses=[{rsa: {layers: [relu1.Relu_output_0], ";
  EXPECT_THAT(validated(rsa + "codes: [float, count, decoded, membrane]}}]"), HasSubstr(with_signs));
  for (const std::string codes :
       {"codes: [bins]", "codes: [first_spike]", "codes: [count, rank]", "codes: [victor_purpura]",
        "representations: [{code: window, from: 0, to: 4}]", "references: [{twin: rank}]"}) {
    EXPECT_THAT(validated(rsa + codes + "}}]"), HasSubstr(alike)) << codes;
  }
}

// Variants are as runs of the same file: an analysis beside them reads times.
TEST(SignedRun, VariantsKnowOfAnalysesOfSpikeTimes) {
  const std::string run = test::folder_of_run(
      test::fresh_folder("signed_variants"), "run",
      {"spiking.threshold.calibration.images=2", "stimuli.count=3",
       "analyses=[{rsa: {layers: [relu1.Relu_output_0], codes: [rank]}}, {codes: {layer_images: 0, variants: "
       "[steps=2 threshold.method=auto, steps=2 threshold.method=auto neuron.model=signed-if]}}]"});
  const nlohmann::json codes = test::summary_of(run)["codes"];
  EXPECT_EQ(codes[0]["neuron"], sim::IntegrateAndFire::kName);
  EXPECT_EQ(codes[1]["neuron"], sim::SignedIntegrateAndFire::kName);
}

TEST(SignedRun, WhatHasNoSignsIsRefused) {
  const std::string folder = test::fresh_folder("signed_refused");
  const std::pair<const char*, const char*> refusals[] = {
      {"spiking.weights=int8", "int8 needs spikes that are all alike"},
      {"spiking.scheduler=asynchronous", "asynchronous has no spikes with signs"},
      {"spiking.correction.method=srp", "srp needs code rate, neurons of model if"}};
  for (const auto& [setting, message] : refusals) {
    const test::CliResult result = test::run_small(folder, "refused", {kSigned, setting});
    EXPECT_EQ(result.code, 2) << setting;
    EXPECT_THAT(result.err, HasSubstr(message));
  }
}

}  // namespace
}  // namespace homolog::experiments::signed_run_test
