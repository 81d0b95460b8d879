// Whole runs whose analyses read spike times, potentials and repeated presentations, on the repository's own
// network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "experiments/cli/analyses.hpp"
#include "experiments/recording/h5_read.hpp"
#include "experiments/recording/results_reader.hpp"
#include "experiments/run/float_pass.hpp"
#include "experiments/run/preparation.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::representations_run_test {
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

const std::string kLayer = "relu1.Relu_output_0";

/// Values of the layer for each presentation.
using Patterns = std::vector<std::vector<double>>;

/// Steps of the recorded spikes, ascending, by presentation and neuron.
using Trains = std::vector<std::vector<std::vector<double>>>;

Trains recorded_trains(const ResultsReader& results) {
  const std::size_t index = index_of(results, kLayer);
  const auto units = static_cast<std::size_t>(results.layers()[index].shape.size());
  Trains trains(static_cast<std::size_t>(results.stimuli()), std::vector<std::vector<double>>(units));
  for (std::size_t k = 0; k < trains.size(); ++k) {
    const SpikeTrain spikes = results.spikes(index, static_cast<std::int64_t>(k));
    for (std::size_t s = 0; s < spikes.ids.size(); ++s) {
      trains[k][spikes.ids[s]].push_back(static_cast<double>(spikes.steps[s]));
    }
  }
  return trains;
}

/// What `value` makes of each neuron's train.
template <class Value>
Patterns of_trains(const Trains& trains, Value value) {
  Patterns patterns;
  for (const auto& presentation : trains) {
    std::vector<double>& pattern = patterns.emplace_back();
    std::transform(presentation.begin(), presentation.end(), std::back_inserter(pattern), value);
  }
  return patterns;
}

/// Mid-ranks by counting: half of those at the same time, itself among them, come before.
std::vector<double> ranks_by_counting(const std::vector<double>& times) {
  std::map<double, double> at;
  for (const double time : times) {
    at[time] += 1.0;
  }
  std::map<double, double> rank;
  double before = 0.0;
  for (const auto& [time, count] : at) {
    rank[time] = before + 0.5 * (count + 1.0);
    before += count;
  }
  std::vector<double> ranks;
  std::transform(times.begin(), times.end(), std::back_inserter(ranks),
                 [&](double time) { return rank.at(time); });
  return ranks;
}

/// Victor-Purpura by what is saved: spikes that are moved onto each other, in order, save two less the cost
/// of moving; the distance is the number of all spikes less the most that can be saved.
double victor_purpura_by_savings(const std::vector<double>& a, const std::vector<double>& b, double cost) {
  std::vector<std::vector<double>> most(a.size() + 1, std::vector<double>(b.size() + 1, 0.0));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const double both = most[i - 1][j - 1] + 2.0 - cost * std::abs(a[i - 1] - b[j - 1]);
      most[i][j] = std::max({most[i - 1][j], most[i][j - 1], both});
    }
  }
  return static_cast<double>(a.size() + b.size()) - most[a.size()][b.size()];
}

/// van Rossum by pairs of spikes: two kernels exp(-t / tau) a time d apart have the inner product
/// tau / 2 exp(-d / tau).
double van_rossum_by_pairs(const std::vector<double>& a, const std::vector<double>& b, double tau) {
  const auto product = [tau](const std::vector<double>& x, const std::vector<double>& y) {
    double sum = 0.0;
    for (const double s : x) {
      for (const double t : y) {
        sum += 0.5 * std::exp(-std::abs(s - t) / tau);
      }
    }
    return sum;
  };
  return product(a, a) + product(b, b) - 2.0 * product(a, b);
}

/// Potentials at the end in thresholds, from charge: initial + what came in - spikes. A unit of the first
/// layer receives its float pre-activation in every step, of which `scale` is one threshold.
Patterns potentials_by_charge(const ResultsReader& results, const Experiment& experiment,
                              const Trains& trains) {
  const Preparation prepared = prepare(experiment);
  const LayerRecord& layer = results.layers()[index_of(results, kLayer)];
  const auto relu = conversion::find_tensor(prepared.graph, layer.onnx_output);
  const conversion::TensorId input = conversion::producer_of(prepared.graph, relu.value())->inputs.at(0);
  Patterns patterns(trains.size());
  FloatPass pass{.graph = &prepared.graph,
                 .normalisation = &prepared.normalisation,
                 .stimuli = prepared.stimuli.get(),
                 .images = prepared.stimuli->size(),
                 .threads = 1,
                 .stop = [] { return false; },
                 .progress = [](std::int64_t /*done*/) {}};
  pass.receive = [&](std::int64_t image, std::size_t /*k*/, std::span<const float> values) {
    const auto& presentation = trains[static_cast<std::size_t>(image)];
    for (std::size_t u = 0; u < values.size(); ++u) {
      const std::size_t channel = u / (values.size() / layer.scale.size());
      patterns[static_cast<std::size_t>(image)].push_back(0.5 +
                                                          static_cast<double>(experiment.spiking.steps) *
                                                              static_cast<double>(values[u]) /
                                                              static_cast<double>(layer.scale[channel]) -
                                                          static_cast<double>(presentation[u].size()));
    }
  };
  pass.run({input});
  return patterns;
}

/// The upper triangle of an RDM, entry by entry: `distance(i, j)`.
template <class Distance>
void expect_rdm(const ResultsReader& results, const std::string& code, double relative, Distance distance) {
  const std::vector<double> rdm = rdm_of(results, kLayer, code);
  const auto n = static_cast<std::size_t>(results.stimuli());
  ASSERT_EQ(rdm.size(), n * n) << code;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double wanted = distance(i, j);
      EXPECT_GT(wanted, 0.0) << code;
      EXPECT_NEAR(rdm[i * n + j], wanted, relative * wanted) << code << " " << i << " " << j;
    }
  }
}

void expect_euclidean_rdm(const ResultsReader& results, const std::string& code, double relative,
                          const Patterns& patterns) {
  expect_rdm(results, code, relative,
             [&](std::size_t i, std::size_t j) { return euclidean(patterns[i], patterns[j]); });
}

constexpr char kTemporal[] =
    "analyses=[{rsa: {layers: [relu1.Relu_output_0], codes: [count, first_spike, rank, membrane], "
    "representations: [{code: window, from: 0, to: 12, name: all steps}, {code: bins, steps: 12, name: one "
    "bin}, "
    "{code: window, from: 3, to: 9}, {code: victor_purpura, cost: 0.3, neurons: 100000}, "
    "{code: van_rossum, tau_ms: 4, neurons: 100000}], dissimilarity: euclidean, models: [{model: pixels}], "
    "random_networks: 2, "
    "references: [{model: v1}], inference: {samples: 10, differences: true}}}]";

/// 70 steps are more than one word of a train.
class RepresentationsOfSteps : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Steps, RepresentationsOfSteps, testing::Values(12, 70));

TEST_P(RepresentationsOfSteps, AreThoseOfTheRecordedSpikes) {
  const std::string folder = test::fresh_folder("representations");
  const std::string steps = "spiking.steps=" + std::to_string(GetParam());
  const std::string run = test::folder_of_run(folder, "run", {"stimuli.count=6", steps, kTemporal});
  const ResultsReader results(run + "/results.h5");
  const Trains trains = recorded_trains(results);
  const double end = GetParam();
  const auto first = [end](const std::vector<double>& train) { return train.empty() ? end : train.front(); };
  // Sums of whole numbers and one division: rounding of products in another order.
  constexpr double kRounding = 1e-9;
  const Patterns latencies = of_trains(trains, first);
  expect_euclidean_rdm(results, "first_spike", kRounding, latencies);
  Patterns ranks;
  std::transform(latencies.begin(), latencies.end(), std::back_inserter(ranks), ranks_by_counting);
  expect_euclidean_rdm(results, "rank", kRounding, ranks);
  const auto count = [](const std::vector<double>& train) { return static_cast<double>(train.size()); };
  expect_euclidean_rdm(results, "count", kRounding, of_trains(trains, count));
  const auto early = [](const std::vector<double>& train) {
    return static_cast<double>(
        std::count_if(train.begin(), train.end(), [](double s) { return s >= 3 && s < 9; }));
  };
  expect_euclidean_rdm(results, "window_3_9", kRounding, of_trains(trains, early));

  const auto summed = [&](const auto& distance) {
    return [&trains, distance](std::size_t i, std::size_t j) {
      double sum = 0.0;
      for (std::size_t u = 0; u < trains[i].size(); ++u) {
        sum += distance(trains[i][u], trains[j][u]);
      }
      return sum;
    };
  };
  expect_rdm(results, "victor_purpura", kRounding,
             summed([](const auto& a, const auto& b) { return victor_purpura_by_savings(a, b, 0.3); }));
  expect_rdm(results, "van_rossum", kRounding,
             summed([](const auto& a, const auto& b) { return van_rossum_by_pairs(a, b, 4.0); }));
  // The potential is a sum in single precision of as many terms as there are steps.
  const Experiment experiment = parse_experiment(
      test::small_config(folder), {{"stimuli.count", "6"}, {"spiking.steps", std::to_string(GetParam())}},
      known_analyses());
  expect_euclidean_rdm(results, "membrane", 1e-6 * end, potentials_by_charge(results, experiment, trains));
}

TEST(RepresentationsRun, OfAllStepsAreTheCounts) {
  const std::string folder = test::fresh_folder("representations");
  const std::string run = test::folder_of_run(folder, "run", {"stimuli.count=6", kTemporal});
  const ResultsReader results(run + "/results.h5");
  const std::vector<double> counts = rdm_of(results, kLayer, "count");
  EXPECT_EQ(rdm_of(results, kLayer, "all steps"), counts);
  EXPECT_EQ(rdm_of(results, kLayer, "one bin"), counts);
  for (const RsaRow& row : results.rsa()) {
    EXPECT_TRUE(std::isfinite(row.value) && std::isfinite(row.ci_low)) << row.layer << " " << row.code;
    EXPECT_EQ(std::isfinite(row.p_random), row.code != "model");
  }
}

// Times within windows are what they are, however long a window is on the time axis: 3 x 0.7 / 0.7 is
// below 3.
TEST(RepresentationsRun, DoNotDependOnTheLengthOfAWindow) {
  const std::string folder = test::fresh_folder("representations_window");
  const std::string analysis =
      "analyses=[{rsa: {layers: [relu*], codes: [first_spike, rank], dissimilarity: euclidean}}]";
  for (const std::string code : {"ttfs", "few-spike"}) {
    const auto run = [&](const std::string& window_ms) {
      const std::string name = code + window_ms;
      return ResultsReader(
          test::folder_of_run(folder, name,
                              {"stimuli.count=6", "spiking.code=" + code, "spiking.input=latency",
                               "spiking.window_ms=" + window_ms, analysis}) +
          "/results.h5");
    };
    const ResultsReader one = run("1");
    const ResultsReader other = run("0.7");
    EXPECT_GE(one.rdms().size(), 6U);
    for (const RdmName& name : one.rdms()) {
      EXPECT_EQ(one.rdm(name).values, other.rdm(name).values)
          << code << " " << name.layer << " " << name.code;
    }
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
}  // namespace homolog::experiments::representations_run_test
