#include "experiments/rsa_time/rsa_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <random>

#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa_time/rsa_time_run.hpp"
#include "experiments/rsa_time/rsa_time_tables.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments {
namespace {

using testing::HasSubstr;
using Values = std::vector<double>;

constexpr std::size_t kStimuli = 8;
constexpr std::size_t kUnits = 12;
constexpr std::size_t kWindows = 6;
constexpr std::size_t kWidth = 4;
constexpr std::int64_t kSteps = 24;
constexpr std::size_t kKnown = 3;  // the window in which the layer is like the reference

double pearson(const Values& x, const Values& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0.0, mean_y = 0.0, xy = 0.0, xx = 0.0, yy = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    mean_x += x[k] / n;
    mean_y += y[k] / n;
  }
  for (std::size_t k = 0; k < x.size(); ++k) {
    xy += (x[k] - mean_x) * (y[k] - mean_y);
    xx += (x[k] - mean_x) * (x[k] - mean_x);
    yy += (y[k] - mean_y) * (y[k] - mean_y);
  }
  return xy / std::sqrt(xx * yy);
}

/// 1 - r of every two rows of [stimuli, units].
Values distances(const std::vector<Values>& patterns) {
  Values pairs;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    for (std::size_t j = i + 1; j < patterns.size(); ++j) {
      pairs.push_back(1.0 - pearson(patterns[i], patterns[j]));
    }
  }
  return pairs;
}

/// Spikes of a layer, and by hand the counts in its windows: window 0 is silent.
struct Spikes {
  std::vector<std::vector<double>> trains{};  // [stimuli, units]
  std::vector<std::vector<Values>> counts{};  // [window][stimulus][unit]
  test::FakeRepresentations representations{kStimuli};

  explicit Spikes(unsigned seed) {
    std::mt19937 random(seed);
    trains.resize(kStimuli * kUnits);
    counts.assign(kWindows, std::vector<Values>(kStimuli, Values(kUnits)));
    for (std::size_t w = 1; w < kWindows; ++w) {
      for (std::size_t k = 0; k < trains.size(); ++k) {
        for (std::size_t step = 0; step < kWidth; ++step) {
          if (random() % 2 == 0) {
            trains[k].push_back(static_cast<double>(w * kWidth + step));
            counts[w][k / kUnits][k % kUnits] += 1.0;
          }
        }
      }
    }
    representations.add_trains("relu1", kSteps, trains);
  }
  [[nodiscard]] Rdm rdm(std::size_t window) const { return {kStimuli, distances(counts[window])}; }
};

test::FakeStimuli stimuli_of(std::int64_t count) {
  return test::FakeStimuli(test::grey_images(
      count, 4, 4, [](std::int64_t i, std::int64_t y, std::int64_t x) { return i * y + x; }));
}

RsaTimeSettings settings_with(std::vector<ReferenceSpec> references) {
  RsaTimeSettings settings;
  settings.layers = {"relu1"};
  settings.windows = {.width = kWidth, .step = kWidth};
  settings.compare = {"pearson"};
  settings.references = std::move(references);
  settings.inference.samples = 50;
  return settings;
}

const ReferenceSpec kFile{.name = "IT", .source = FileReference{.file = "brain.h5"}};

RsaTimeResult compute(const RsaTimeSettings& settings, const Spikes& spikes, const LoadedRdms& loaded,
                      int threads = 1, const std::function<void(const std::string&)>& warn = {}) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  const AnalysisInputs inputs{.representations = &spikes.representations,
                              .stimuli = &stimuli,
                              .seed = 7,
                              .steps = kSteps,
                              .step_ms = 0.5,
                              .threads = threads,
                              .warn = warn};
  const std::vector<LoadedRdms> all{loaded};
  return compute_rsa_time(settings, all, {{"relu1", "spikes"}}, courses_of(settings, all, {}), inputs);
}

/// One subject whose RDM is that of the known window.
LoadedRdms static_reference(const Spikes& spikes) {
  return {.rdms = {spikes.rdm(kKnown)}};
}

/// Two subjects, three times; at the second time the RDM is that of the known window, else of another
/// network.
LoadedRdms timed_reference(const Spikes& spikes) {
  const Spikes other(99);
  LoadedRdms loaded{.subjects = 2, .times = 3, .times_ms = {3.0, 7.0, 11.0}};
  for (std::size_t s = 0; s < 2; ++s) {
    loaded.rdms.push_back(other.rdm(1 + s));
    loaded.rdms.push_back(spikes.rdm(kKnown));
    loaded.rdms.push_back(other.rdm(3 + s));
  }
  return loaded;
}

Values pairs_of(const Rdm& rdm) {
  return {rdm.pairs().begin(), rdm.pairs().end()};
}

// Both sides sum in double, in another order.
constexpr double kRounding = 1e-12;

TEST(RsaTime, FollowsTheRepresentationThroughTime) {
  const Spikes spikes(1);
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, static_reference(spikes));
  EXPECT_EQ(result.window_ms, (Values{1.0, 3.0, 5.0, 7.0, 9.0, 11.0}));
  ASSERT_EQ(result.courses.size(), 1U);
  const FinishedCourse& course = result.values[0][0][0];
  EXPECT_TRUE(std::isnan(course.points[0].value));
  for (std::size_t w = 1; w < kWindows; ++w) {
    EXPECT_NEAR(course.points[w].value, pearson(pairs_of(spikes.rdm(w)), pairs_of(spikes.rdm(kKnown))),
                kRounding)
        << w;
  }
  EXPECT_EQ(course.latencies.peak.time, 7.0);
  // r = 1 with itself in every draw.
  EXPECT_EQ(course.latencies.peak.low, 7.0);
  EXPECT_EQ(course.latencies.peak.high, 7.0);
  EXPECT_EQ(course.latencies.peak.undefined_draws, 0U);
}

TEST(RsaTime, TakesIntervalsFromTheBootstrapOfRsa) {
  const Spikes spikes(1);
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, static_reference(spikes));
  const Rdm model = spikes.rdm(4);
  const Rdm subject = spikes.rdm(kKnown);
  const InferenceResult expected = infer(comparisons().find("pearson"), std::span(&model, 1),
                                         std::span(&subject, 1), {.samples = 50, .seed = 7});
  const CoursePoint& point = result.values[0][0][0].points[4];
  EXPECT_NEAR(point.ci_low, expected.models[0].ci_low, 1e-9);  // rounding of RDMs, amplified by 1 / s.e.
  EXPECT_NEAR(point.p, expected.models[0].p_above_zero, 1e-9);
}

TEST(RsaTime, LeavesOutSilentWindowsAndSaysSo) {
  const Spikes spikes(1);
  std::vector<std::string> warnings;
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, static_reference(spikes), 1,
                                       [&](const std::string& line) { warnings.push_back(line); });
  EXPECT_EQ(result.undefined[0][0], static_cast<std::int64_t>(kStimuli));
  ASSERT_FALSE(warnings.empty());
  EXPECT_THAT(warnings[0], HasSubstr("no RDM in 1 of 6 windows"));
}

TEST(RsaTime, GeneralisesFromWindowToWindow) {
  const Spikes spikes(1);
  const RsaTimeResult result = compute(settings_with({}), spikes, {});
  const Values& matrix = result.own[0][0].value;
  for (std::size_t i = 1; i < kWindows; ++i) {
    for (std::size_t j = 1; j < kWindows; ++j) {
      EXPECT_NEAR(matrix[i * kWindows + j], pearson(pairs_of(spikes.rdm(i)), pairs_of(spikes.rdm(j))),
                  kRounding);
    }
    EXPECT_TRUE(std::isnan(matrix[i]));
  }
}

TEST(RsaTime, ComparesEveryWindowWithEveryTimeOfTheReference) {
  const Spikes spikes(1);
  const LoadedRdms loaded = timed_reference(spikes);
  const RsaTimeResult result = compute(settings_with({kFile}), spikes, loaded);
  EXPECT_TRUE(result.courses.empty());
  ASSERT_EQ(result.timed.size(), 1U);
  const Values& matrix = result.timed[0].generalisation[0][0].value;
  for (std::size_t w = 1; w < kWindows; ++w) {
    for (std::size_t t = 0; t < 3; ++t) {
      double mean = 0.0;
      for (std::size_t s = 0; s < 2; ++s) {
        mean += 0.5 * pearson(pairs_of(spikes.rdm(w)), pairs_of(loaded.rdms[s * 3 + t]));
      }
      EXPECT_NEAR(matrix[w * 3 + t], mean, kRounding);
    }
  }
  // The whole presentation: counts over all windows.
  std::vector<Values> sums(kStimuli, Values(kUnits));
  for (const std::vector<Values>& window : spikes.counts) {
    for (std::size_t i = 0; i < kStimuli; ++i) {
      for (std::size_t u = 0; u < kUnits; ++u) {
        sums[i][u] += window[i][u];
      }
    }
  }
  const FinishedCourse& whole = result.timed[0].whole[0][0];
  EXPECT_NEAR(whole.points[1].value, pearson(distances(sums), pairs_of(spikes.rdm(kKnown))), kRounding);
  EXPECT_FALSE(std::isnan(whole.points[1].ci_low));
}

// The draws of a course against one time of the reference are those of the matrix' column.
TEST(RsaTime, GivesCellsTheIntervalsOfCourses) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {3.0};
  const RsaTimeResult result = compute(settings, spikes, timed_reference(spikes));
  const Generalisation& matrix = result.timed[0].generalisation[0][0];
  for (std::size_t w = 1; w < kWindows; ++w) {
    const CoursePoint& point = result.values[0][0][0].points[w];
    EXPECT_NEAR(matrix.standard_error[w * 3], point.standard_error, kRounding);
    EXPECT_NEAR(matrix.ci_high[w * 3], point.ci_high, 20.0 * kRounding);  // t of 1 degree of freedom: 12.7
  }
  settings.generalisation_intervals = MatrixIntervals::never;
  EXPECT_TRUE(std::isnan(compute(settings, spikes, timed_reference(spikes)).own[0][0].ci_low[8]));
}

TEST(RsaTime, SaysWhichMatricesHaveNoIntervals) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({});
  settings.compare = {"kendall"};
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& line) { warnings.push_back(line); };
  EXPECT_TRUE(std::isnan(compute(settings, spikes, {}, 1, warn).own[0][0].ci_low[8]));
  EXPECT_THAT(warnings, testing::Contains(HasSubstr("windows with windows by kendall have no intervals")));
  settings.generalisation_intervals = MatrixIntervals::always;
  EXPECT_FALSE(std::isnan(compute(settings, spikes, {}).own[0][0].ci_low[8]));
}

TEST(RsaTime, FixesTimesOfTheReference) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {8.0};  // the nearest is 7
  settings.time_by_time = true;
  const RsaTimeResult result = compute(settings, spikes, timed_reference(spikes));
  ASSERT_EQ(result.courses.size(), 2U);
  EXPECT_EQ(result.courses[0].reference_ms, 7.0);
  EXPECT_EQ(result.values[0][0][0].latencies.peak.time, 7.0);
  const FinishedCourse& by_time = result.values[1][0][0];
  EXPECT_NEAR(by_time.points[kKnown].value, 1.0, kRounding);
  EXPECT_NEAR(by_time.points[1].value, result.timed[0].generalisation[0][0].value[1 * 3 + 0], kRounding);
  EXPECT_NEAR(by_time.points[5].value, result.timed[0].generalisation[0][0].value[5 * 3 + 2], kRounding);
}

TEST(RsaTime, HasNoValueTimeByTimeWhereTheReferenceHasNoTime) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.time_by_time = true;
  settings.delay_ms = 4.0;  // windows at 5, 7, ..., 15 ms; the last reference time is 11, steps of 4
  const FinishedCourse course = compute(settings, spikes, timed_reference(spikes)).values[0][0][0];
  EXPECT_FALSE(std::isnan(course.points[4].value));
  EXPECT_TRUE(std::isnan(course.points[5].value));
}

TEST(RsaTime, HasTheSameBitsForAnyNumberOfThreads) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {7.0};
  settings.keep_rdms = true;
  const auto one = rsa_time_datasets(compute(settings, spikes, timed_reference(spikes), 1), settings);
  const auto four = rsa_time_datasets(compute(settings, spikes, timed_reference(spikes), 4), settings);
  ASSERT_EQ(one.size(), four.size());
  for (std::size_t k = 0; k < one.size(); ++k) {
    const auto* a = std::get_if<Values>(&one[k].values);
    const auto* b = std::get_if<Values>(&four[k].values);
    if (a != nullptr) {
      ASSERT_EQ(a->size(), b->size());
      EXPECT_EQ(std::memcmp(a->data(), b->data(), a->size() * sizeof(double)), 0) << one[k].name;
      std::size_t product = 1;
      for (const std::size_t extent : one[k].extents) {
        product *= extent;
      }
      EXPECT_TRUE(one[k].extents.empty() || product == a->size()) << one[k].name;
    }
  }
}

TEST(RsaTime, RefusesTimesThatAReferenceDoesNotHave) {
  const Spikes spikes(1);
  RsaTimeSettings settings = settings_with({kFile});
  settings.reference_times = {20.0};
  EXPECT_THROW(static_cast<void>(courses_of(settings, {timed_reference(spikes)}, {})), Error);
  EXPECT_THROW(static_cast<void>(courses_of(settings, {static_reference(spikes)}, {})), Error);
  LoadedRdms unknown = timed_reference(spikes);
  unknown.times_ms = {};
  settings.reference_times = {1.0};
  EXPECT_THROW(static_cast<void>(courses_of(settings, {unknown}, {})), Error);
}

Parameter scalar(const std::string& text) {
  return {.kind = Parameter::Kind::scalar, .text = text};
}

/// The mapping of an entry; "windows.width" is a key of a mapping in it. With a reference if `file` is given.
Parameters entry(const std::vector<std::pair<std::string, std::string>>& values,
                 const std::string& file = "") {
  Parameter mapping{.kind = Parameter::Kind::mapping};
  for (const auto& [key, value] : values) {
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos) {
      mapping.entries.emplace_back(key, scalar(value));
    } else {
      Parameter inner{.kind = Parameter::Kind::mapping};
      inner.entries.emplace_back(key.substr(dot + 1), scalar(value));
      mapping.entries.emplace_back(key.substr(0, dot), inner);
    }
  }
  if (!file.empty()) {
    Parameter reference{.kind = Parameter::Kind::mapping};
    reference.entries = {{"file", scalar(file)}, {"dataset", scalar("/rdm")}};
    mapping.entries.emplace_back("references",
                                 Parameter{.kind = Parameter::Kind::sequence, .items = {reference}});
  }
  return Parameters(mapping, "/folder/experiment.yaml", "analyses[0].rsa_time");
}

std::shared_ptr<Analysis> read(Parameters parameters) {
  AnalysisRegistry analyses("analysis");
  register_rsa_time(analyses);
  std::shared_ptr<Analysis> analysis = analyses.find("rsa_time")(parameters);
  parameters.finish();
  return analysis;
}

std::string refusal(const std::function<void()>& act, ErrorKind kind = ErrorKind::config) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind() == kind ? error.what() : std::string("another kind: ") + error.what();
  }
  return "nothing was thrown";
}

AnalysisPlan plan_with(const Stimuli& stimuli) {
  return {.layers = {"conv1", "relu1"},
          .shapes = {sim::Shape{.channels = kUnits}, sim::Shape{.channels = kUnits}},
          .stimuli = &stimuli,
          .steps = kSteps,
          .why_not = [](const RepresentationKey& key) {
            return key.layer == "conv1" && key.code == "spikes" ? "it has no neurons" : "";
          }};
}

void prepare(Parameters parameters, const std::function<void(AnalysisPlan&)>& change = {}) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  AnalysisPlan plan = plan_with(stimuli);
  if (change) {
    change(plan);
  }
  static_cast<void>(read(std::move(parameters))->prepare(plan));
}

TEST(RsaTimeEntry, WantsTrainsOfLayersWithSpikes) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  EXPECT_EQ(read(entry({}))->prepare(plan_with(stimuli)),
            (std::vector<RepresentationKey>{{"relu1", "spikes"}}));
}

TEST(RsaTimeEntry, RefusesWhatCannotBeRun) {
  EXPECT_THAT(refusal([] {
                prepare(entry({{"windows.width", "25"}}));
              }),
              HasSubstr("windows of 25 steps do not fit a presentation of 24 steps"));
  EXPECT_THAT(refusal([] { prepare(entry({}), [](AnalysisPlan& plan) { plan.steps = 0; }); }),
              HasSubstr("needs spikes in steps"));
  EXPECT_THAT(refusal([] {
                prepare(entry({{"layers", "conv1"}}));
              }),
              HasSubstr("no layer can be represented by spikes (layer conv1: it has no neurons)"));
  EXPECT_THAT(refusal([] { prepare(entry({{"time_by_time", "true"}})); }), HasSubstr("none has them"));
  EXPECT_THAT(refusal([] {
                prepare(entry({{"dissimilarity", "crossnobis"}}));
              }),
              HasSubstr("needs every stimulus at least twice"));
  const test::FakeStimuli two = stimuli_of(2);
  EXPECT_THAT(refusal([&] { prepare(entry({}), [&](AnalysisPlan& plan) { plan.stimuli = &two; }); }),
              HasSubstr("RDMs of 2 stimuli"));
}

TEST(RsaTimeEntry, RefusesWrongSettings) {
  EXPECT_THAT(refusal([] { prepare(entry({{"windows.widht", "4"}})); }), HasSubstr("width"));
  EXPECT_THAT(refusal([] { prepare(entry({{"windows.step", "0"}})); }), HasSubstr("windows.step"));
  EXPECT_THAT(refusal([] { prepare(entry({{"compare", "spearmen"}})); }), HasSubstr("spearman"));
  EXPECT_THAT(refusal([] { prepare(entry({{"onset.share", "1.5"}})); }), HasSubstr("onset.share"));
  EXPECT_THAT(refusal([] {
                prepare(entry({{"onset.threshold", "significance"}, {"inference.bootstrap", "none"}}));
              }),
              HasSubstr("expected a bootstrap"));
  EXPECT_THAT(refusal([] {
                prepare(entry({{"generalisation_intervals", "always"}, {"inference.bootstrap", "none"}}));
              }),
              HasSubstr("expected a bootstrap"));
  EXPECT_THAT(refusal([] {
                prepare(entry({{"inference.differences", "true"}}));
              }),
              HasSubstr("does not test"));
}

TEST(RsaTimeEntry, RefusesAReferenceForOtherStimuli) {
  const std::string path = test::fresh_folder("rsa_time_wrong_n") + "/brain.h5";
  test::write_dataset(path, "rdm", {3, 3}, {0, 1, 2, 1, 0, 3, 2, 3, 0});
  EXPECT_THAT(refusal([&] { prepare(entry({}, path)); }, ErrorKind::data), HasSubstr("8 stimuli"));
}

TEST(RsaTimeEntry, RefusesReferencesWhoseDatasetsWouldHaveOneName) {
  const std::string path = test::fresh_folder("rsa_time_names") + "/meg.h5";
  const Spikes spikes(1);
  Values rdms;
  for (const std::size_t window : {1U, 2U}) {
    const Values square = spikes.rdm(window).square();
    rdms.insert(rdms.end(), square.begin(), square.end());
  }
  test::write_dataset(path, "rdm", {1, 2, kStimuli, kStimuli}, rdms);
  const auto with_names = [&](const std::vector<std::string>& names, const std::string& matrices) {
    Parameter references{.kind = Parameter::Kind::sequence};
    for (const std::string& name : names) {
      Parameter reference{.kind = Parameter::Kind::mapping};
      reference.entries = {{"file", scalar(path)}, {"dataset", scalar("/rdm")}, {"name", scalar(name)}};
      references.items.push_back(reference);
    }
    Parameter mapping{.kind = Parameter::Kind::mapping};
    mapping.entries = {{"references", references}, {"generalisation", scalar(matrices)}};
    prepare(Parameters(mapping, "/folder/experiment.yaml", "analyses[0].rsa_time"));
  };
  EXPECT_THAT(
      refusal([&] {
        with_names({"IT", "peak_IT"}, "true");
      }),
      HasSubstr("the reference 'peak_IT' would have the dataset generalisation_peak_IT, which 'IT' has"));
  EXPECT_THAT(refusal([&] {
                with_names({"IT", "value_IT"}, "false");
              }),
              HasSubstr("whole_peak_value_IT, which 'IT' has already"));
  EXPECT_THAT(refusal([&] { with_names({"ci_low"}, "true"); }),
              HasSubstr("generalisation_ci_low, which /rsa_time has for itself"));
  with_names({"IT", "peak_IT"}, "false");  // no matrices, no name in common
  with_names({"IT", "MEG"}, "true");
}

TEST(RsaTimeEntry, WritesItsGroupAndSummary) {
  const Spikes spikes(1);
  const std::string folder = test::fresh_folder("rsa_time_run");
  test::write_dataset(folder + "/brain.h5", "rdm", {kStimuli, kStimuli}, spikes.rdm(kKnown).square());
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  const std::shared_ptr<Analysis> analysis = read(entry({{"compare", "pearson"}}, folder + "/brain.h5"));
  static_cast<void>(analysis->prepare(plan_with(stimuli)));
  EXPECT_GT(analysis->bytes(stimuli), 0U);
  LayerRecord layer;
  layer.name = "relu1";
  layer.shape = sim::Shape{.channels = kUnits};
  RunHeader header;
  header.steps = kSteps;
  header.classes = 1;
  ResultsFile results =
      ResultsFile::create(folder + "/results.h5", header, {layer}, {}, test::numbered(kStimuli),
                          std::vector<std::optional<std::int64_t>>(kStimuli), 1);
  for (std::size_t i = 0; i < kStimuli; ++i) {
    results.append(PresentationRecord{.readout = std::vector<float>(kSteps), .layer_spikes = {0}});
  }
  std::string key;
  std::string table;
  analysis->run({.representations = &spikes.representations,
                 .stimuli = &stimuli,
                 .steps = kSteps,
                 .summarise =
                     [&](const std::string& k, const std::string&, const std::string& t) {
                       key = k;
                       table = t;
                     }},
                results);
  results.commit();
  EXPECT_EQ(key, "rsa_time");
  EXPECT_THAT(table, HasSubstr("relu1"));
  const std::string path = folder + "/results.h5";
  const h5::File file = h5::open_for_reading(path);
  // Windows of 8 steps every 4: the known one is half of two of them.
  EXPECT_EQ(h5::read_array(file, path, "/rsa_time/ms").values, (Values{4.0, 8.0, 12.0, 16.0, 20.0}));
  EXPECT_EQ(h5::dataset_dims(file, path, "/rsa_time/value"), (std::vector<std::size_t>{1, 1, 1, 5}));
  EXPECT_EQ(h5::dataset_dims(file, path, "/rsa_time/generalisation"), (std::vector<std::size_t>{1, 1, 5, 5}));
}

}  // namespace
}  // namespace homolog::experiments
