// Whole runs with a correction by the residual membrane potential, on the repository's own network and
// images: nothing that the preparatory steps cost may be hidden.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/recording/results_reader.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::corrected_run_test {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kClasses = 10;
constexpr std::uint32_t kPreparatory = 4;

std::vector<float> first_steps(const ResultsReader& results, std::int64_t image, std::int64_t steps) {
  std::vector<float> readout = results.spiking_readout(image);
  readout.resize(static_cast<std::size_t>(steps * kClasses));
  return readout;
}

TEST(CorrectedRun, CountsThePreparatorySteps) {
  const std::string folder = test::fresh_folder("corrected");
  for (const std::string method : {"srp", "cos"}) {
    SCOPED_TRACE(method);
    const std::string set = "spiking.correction.method=" + method;
    const std::string whole = test::folder_of_run(folder, method, {set});
    const nlohmann::json json = test::summary_of(whole);
    EXPECT_EQ(json["steps"], 12);
    EXPECT_EQ(json["preparatory_steps"], kPreparatory);
    EXPECT_EQ(json["accuracy"]["spiking"].size(), 12U);
    const ResultsReader results(whole + "/results.h5");
    EXPECT_EQ(results.header().steps, 12);
    // The preparatory steps are those of a network without correction, and then the answer begins anew.
    const ResultsReader plain(test::folder_of_run(folder, method + "_plain", {}) + "/results.h5");
    const ResultsReader only(test::folder_of_run(folder, method + "_4", {"spiking.steps=4"}) + "/results.h5");
    bool differs = false;
    for (std::int64_t k = 0; k < results.stimuli(); ++k) {
      EXPECT_EQ(first_steps(results, k, kPreparatory), first_steps(plain, k, kPreparatory));
      differs = differs || results.spiking_readout(k) != plain.spiking_readout(k);
      EXPECT_GT(results.synaptic_operations()[static_cast<std::size_t>(k)],
                only.synaptic_operations()[static_cast<std::size_t>(k)]);
      for (std::size_t layer = 0; layer < results.layers().size(); ++layer) {
        const SpikeTrain train = results.spikes(layer, k);
        const SpikeTrain before = only.spikes(layer, k);
        std::size_t early = 0;
        while (early < train.steps.size() && train.steps[early] < kPreparatory) {
          ++early;
        }
        EXPECT_EQ(early, before.steps.size());
        const std::vector<std::uint32_t> counts = results.counts(layer, k);
        std::size_t counted = 0;
        for (const std::uint32_t count : counts) {
          counted += count;
        }
        EXPECT_EQ(counted, train.steps.size()) << "counts of both presentations";
      }
    }
    EXPECT_TRUE(differs);
  }
}

// A layer's decoded activations come from the answer alone: scale * spikes / (12 - 4). Independently from the
// recorded spikes; compared by the RDM that the run computed.
TEST(CorrectedRun, DecodesActivationsFromTheAnswer) {
  const std::string folder = test::fresh_folder("corrected");
  const std::string out =
      test::folder_of_run(folder, "out",
                          {"spiking.correction.method=srp", "stimuli.count=3",
                           "analyses=[{rsa: {layers: [relu2*], codes: [count], dissimilarity: euclidean}}]"});
  const ResultsReader results(out + "/results.h5");
  const RdmMatrix rdm = results.rdm(results.rdms().front());
  const auto layer = static_cast<std::size_t>(
      std::find_if(results.layers().begin(), results.layers().end(),
                   [&](const auto& l) { return l.name == results.rdms().front().layer; }) -
      results.layers().begin());
  std::vector<std::vector<double>> counts;
  for (std::int64_t k = 0; k < 3; ++k) {
    const SpikeTrain train = results.spikes(layer, k);
    counts.emplace_back(results.counts(layer, k).size(), 0.0);
    for (std::size_t i = 0; i < train.ids.size(); ++i) {
      counts.back()[train.ids[i]] += train.steps[i] >= kPreparatory ? 1.0 : 0.0;
    }
  }
  const auto distance = [&](std::size_t a, std::size_t b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < counts[a].size(); ++i) {
      sum += (counts[a][i] - counts[b][i]) * (counts[a][i] - counts[b][i]);
    }
    return sum;
  };
  // The dissimilarity is the squared distance per unit: ratios are those of squared distances of whole
  // numbers.
  const double wanted = distance(0, 1) / distance(0, 2);
  const double got = rdm.values[1] / rdm.values[2];
  EXPECT_NEAR(got, wanted, 1e-6 * wanted);  // the RDM is computed from counts in float
}

TEST(CorrectedRun, IsTheSameForAnyNumberOfThreads) {
  const std::string folder = test::fresh_folder("corrected");
  const std::vector<std::string> settings{"spiking.correction={method: cos, steps: 3}",
                                          "spiking.input=poisson"};
  const ResultsReader one(test::folder_of_run(folder, "one", settings, {"--threads", "1"}) + "/results.h5");
  const ResultsReader three(test::folder_of_run(folder, "three", settings, {"--threads", "3"}) +
                            "/results.h5");
  for (std::int64_t k = 0; k < one.stimuli(); ++k) {
    EXPECT_EQ(one.spiking_readout(k), three.spiking_readout(k));
  }
}

TEST(CorrectedRun, SaysWhatWouldBeRun) {
  const std::string folder = test::fresh_folder("corrected");
  const auto result = test::cli({"validate", test::small_config(folder), "--set",
                                 "spiking.correction.method=cos", "--set", "spiking.correction.steps=3"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("12 steps (3 of them preparatory, cos)"));
}

TEST(CorrectedRun, IsRefusedWhereThereIsNoResidualPotential) {
  const std::string folder = test::fresh_folder("corrected");
  const auto refused = [&](const std::string& setting) {
    const auto result = test::cli(
        {"validate", test::small_config(folder), "--set", "spiking.correction.method=srp", "--set", setting});
    EXPECT_EQ(result.code, 2) << setting;
    return result.err;
  };
  for (const char* setting : {"spiking.neuron.model=lif", "spiking.neuron.reset=zero",
                              "spiking.neuron.refractory=1", "spiking.scheduler=asynchronous"}) {
    EXPECT_THAT(refused(setting), HasSubstr("srp needs code rate, neurons of model if with reset: subtract"));
  }
  EXPECT_THAT(refused("spiking.steps=4"),
              HasSubstr("spiking.correction.steps: must be less than spiking.steps, which counts them too "
                        "(4), got 4"));
  EXPECT_THAT(refused("spiking.correction.method=spr"), HasSubstr("did you mean 'srp'?"));
}

}  // namespace
}  // namespace homolog::experiments::corrected_run_test
