// Whole runs whose analyses read spike times, potentials and repeated presentations, on the repository's own
// network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "experiments/recording/h5_read.hpp"
#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments {
namespace {

std::size_t index_of(const ResultsReader& results, const std::string& name) {
  for (std::size_t i = 0; i < results.layers().size(); ++i) {
    if (results.layers()[i].name == name) {
      return i;
    }
  }
  ADD_FAILURE() << "no layer " << name;
  return 0;
}

/// Mean over units of the squared difference.
double euclidean(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t u = 0; u < a.size(); ++u) {
    sum += (a[u] - b[u]) * (a[u] - b[u]);
  }
  return sum / static_cast<double>(a.size());
}

std::vector<double> rdm_of(const ResultsReader& results, const std::string& layer, const std::string& code) {
  const auto names = results.rdms();
  const auto found = std::find_if(names.begin(), names.end(), [&](const RdmName& name) {
    return name.layer == layer && name.code == code;
  });
  EXPECT_NE(found, names.end()) << layer << " " << code;
  return found == names.end() ? std::vector<double>{} : results.rdm(*found).values;
}

constexpr char kTemporal[] =
    "analyses=[{rsa: {layers: [relu1.Relu_output_0], codes: [count, first_spike, rank, membrane, "
    "victor_purpura, "
    "van_rossum], "
    "representations: [{code: window, from: 0, to: 12, name: all steps}, {code: bins, steps: 12, name: one "
    "bin}, "
    "{code: window, from: 3, to: 9}], dissimilarity: euclidean, models: [{model: pixels}], random_networks: "
    "2, "
    "references: [{model: v1}], inference: {samples: 10, differences: true}}}]";

TEST(RepresentationsRun, AreThoseOfTheRecordedSpikes) {
  const std::string folder = test::fresh_folder("representations");
  const std::string run = test::folder_of_run(folder, "run", {"stimuli.count=6", kTemporal});
  const ResultsReader results(run + "/results.h5");
  const std::string layer = "relu1.Relu_output_0";
  const std::size_t index = index_of(results, layer);
  const auto n = static_cast<std::size_t>(results.stimuli());
  const auto units = static_cast<std::size_t>(results.layers()[index].shape.size());
  std::vector<std::vector<double>> first(n, std::vector<double>(units, 12.0));
  std::vector<std::vector<double>> early(n, std::vector<double>(units, 0.0));
  for (std::size_t k = 0; k < n; ++k) {
    const SpikeTrain spikes = results.spikes(index, static_cast<std::int64_t>(k));
    for (std::size_t s = 0; s < spikes.ids.size(); ++s) {
      first[k][spikes.ids[s]] = std::min(first[k][spikes.ids[s]], static_cast<double>(spikes.steps[s]));
      early[k][spikes.ids[s]] += spikes.steps[s] >= 3 && spikes.steps[s] < 9 ? 1.0 : 0.0;
    }
  }
  const std::vector<double> latencies = rdm_of(results, layer, "first_spike");
  const std::vector<double> window = rdm_of(results, layer, "window_3_9");
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      // Sums of whole numbers and one division: rounding of products in another order.
      EXPECT_NEAR(latencies[i * n + j], euclidean(first[i], first[j]), 1e-9 * euclidean(first[i], first[j]));
      EXPECT_NEAR(window[i * n + j], euclidean(early[i], early[j]), 1e-9);
    }
  }
  const std::vector<double> counts = rdm_of(results, layer, "count");
  EXPECT_EQ(rdm_of(results, layer, "all steps"), counts);
  EXPECT_EQ(rdm_of(results, layer, "one bin"), counts);
  for (const std::string code : {"rank", "membrane", "victor_purpura", "van_rossum"}) {
    EXPECT_GT(rdm_of(results, layer, code)[1], 0.0) << code;
  }
  for (const RsaRow& row : results.rsa()) {
    EXPECT_TRUE(std::isfinite(row.value) && std::isfinite(row.ci_low)) << row.layer << " " << row.code;
    EXPECT_EQ(std::isfinite(row.p_random), row.code != "model");
  }
}

TEST(RepresentationsRun, AreTheSameForAnyNumberOfThreads) {
  const std::string folder = test::fresh_folder("representations_threads");
  const std::string one =
      test::folder_of_run(folder, "one", {"stimuli.count=6", kTemporal}, {"--threads", "1"});
  const std::string two =
      test::folder_of_run(folder, "two", {"stimuli.count=6", kTemporal}, {"--threads", "2"});
  const auto a = test::summary_of(one)["rsa"];
  EXPECT_EQ(a, test::summary_of(two)["rsa"]);
  EXPECT_GT(a.size(), 5U);
}

TEST(RepresentationsRun, RepeatedPoissonPresentationsGiveCrossvalidatedDistances) {
  const std::string folder = test::fresh_folder("representations_repeated");
  const std::string run =
      test::folder_of_run(folder, "run",
                          {"stimuli.count=5", "stimuli.repetitions=3", "spiking.input=poisson",
                           "analyses=[{rsa: {layers: [relu1.Relu_output_0], codes: [count], dissimilarity: "
                           "crossnobis, noise: shrinkage_eye, "
                           "references: [{model: labels}], inference: {bootstrap: none}}}]"});
  const ResultsReader results(run + "/results.h5");
  EXPECT_EQ(results.stimuli(), 15);
  EXPECT_EQ(rdm_of(results, "relu1.Relu_output_0", "count").size(), 25U);
  // Another presentation has other random numbers.
  const std::size_t index = index_of(results, "relu1.Relu_output_0");
  EXPECT_NE(results.spikes(index, 0).ids, results.spikes(index, 5).ids);
  EXPECT_EQ(test::summary_of(run)["images"], 15);
}

TEST(RepresentationsRun, AreRefusedWhereThereAreNoSpikeTimes) {
  const std::string folder = test::fresh_folder("representations_refused");
  const auto refusal = [&](const std::vector<std::string>& settings) {
    const test::CliResult result = test::run_small(folder, "run", settings);
    EXPECT_EQ(result.code, 2) << result.err;
    return result.err;
  };
  const std::string bins = "analyses=[{rsa: {layers: [relu1.Relu_output_0], codes: [bins]}}]";
  EXPECT_THAT(refusal({"spiking.code=ttfs", bins}), testing::HasSubstr("works in windows, not in steps"));
  EXPECT_THAT(refusal({"spiking.neuron.model=signed-if", bins}), testing::HasSubstr("its spikes have signs"));
  EXPECT_THAT(refusal({"analyses=[{rsa: {layers: [relu1.Relu_output_0], representations: [{code: window, "
                       "from: 9, to: 900}]}}]"}),
              testing::HasSubstr("ends at step 900 but a presentation has"));
  EXPECT_THAT(refusal({"analyses=[{rsa: {dissimilarity: crossnobis}}]"}),
              testing::HasSubstr("needs every stimulus at least twice"));
}

}  // namespace
}  // namespace homolog::experiments
