#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "experiments/rsa_time/rsa_time.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa_time/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::rsa_time_entry_test {
namespace {

using test::refusal;
using test::scalar;
using testing::HasSubstr;

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
    mapping.entries.emplace_back("references",
                                 test::sequence_of_texts({{{"file", file}, {"dataset", "/rdm"}}}));
  }
  return Parameters(mapping, "/folder/experiment.yaml", "analyses[0].rsa_time");
}

std::shared_ptr<Analysis> read(Parameters parameters) {
  return test::read_analysis(register_rsa_time, "rsa_time", std::move(parameters));
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

TEST(RsaTimeEntry, RefusesATwinInAnUnknownCode) {
  Parameter twin{.kind = Parameter::Kind::mapping};
  twin.entries = {{"twin", scalar("flaot")}};
  Parameter mapping{.kind = Parameter::Kind::mapping};
  mapping.entries = {{"references", Parameter{.kind = Parameter::Kind::sequence, .items = {twin}}}};
  EXPECT_THAT(
      refusal([&] { prepare(Parameters(mapping, "/folder/experiment.yaml", "analyses[0].rsa_time")); }),
      HasSubstr("has the twin 'flaot'; did you mean 'float'?"));
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
  EXPECT_GT(analysis->bytes(stimuli, 1), 0U);
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
}  // namespace homolog::experiments::rsa_time_entry_test
