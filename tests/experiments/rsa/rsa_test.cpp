#include "experiments/rsa/rsa.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "experiments/brain/rdm_file.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::rsa_test {
namespace {

using test::refusal;
using testing::HasSubstr;

constexpr std::int64_t kStimuli = 5;

/// The mapping of an entry `rsa`, every value a scalar, and one reference from a file if it is named.
Parameters entry(const std::vector<std::pair<std::string, std::string>>& values,
                 const std::string& file = "") {
  Parameter mapping = test::mapping_of_texts(values);
  if (!file.empty()) {
    mapping.entries.emplace_back("references",
                                 test::sequence_of_texts({{{"file", file}, {"dataset", "/rdm"}}}));
  }
  return Parameters(mapping, "/folder/experiment.yaml", "analyses[0].rsa");
}

std::shared_ptr<Analysis> read(Parameters parameters) {
  return test::read_analysis(register_rsa, "rsa", std::move(parameters));
}

std::shared_ptr<Analysis> read_with(const std::string& key, const test::TextEntries& entry) {
  return test::read_analysis(register_rsa, "rsa", {{key, test::sequence_of_texts({entry})}});
}

AnalysisPlan plan_with(const Stimuli& stimuli) {
  return {.layers = {"conv1", "relu1"},
          .shapes = {sim::Shape{.channels = 6}, sim::Shape{.channels = 6}},
          .stimuli = &stimuli};
}

test::FakeStimuli stimuli_of(std::int64_t count) {
  return test::FakeStimuli(test::grey_images(
      count, 4, 4, [](std::int64_t i, std::int64_t y, std::int64_t x) { return i * y + x; }));
}

TEST(RsaEntry, WantsActivationsAndCountsOfAllLayersByDefault) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  EXPECT_EQ(read(entry({}))->prepare(plan_with(stimuli)),
            (std::vector<RepresentationKey>{
                {"conv1", "float"}, {"relu1", "float"}, {"conv1", "count"}, {"relu1", "count"}}));
}

TEST(RsaEntry, RefusesUnknownNames) {
  EXPECT_THAT(refusal([] {
                static_cast<void>(read(entry({{"codes", "counts"}})));
              }),
              HasSubstr("did you mean 'count'?"));
  EXPECT_THAT(refusal([] {
                static_cast<void>(read(entry({{"compare", "spearmen"}})));
              }),
              HasSubstr("did you mean 'spearman'?"));
  EXPECT_THAT(refusal([] {
                static_cast<void>(read(entry({{"dissimilarity", "manhattan"}})));
              }),
              HasSubstr("correlation"));
  EXPECT_THAT(refusal([] { static_cast<void>(read(entry({{"reference", "x"}}))); }), HasSubstr("references"));
}

TEST(RsaEntry, RefusesNamesThatCouldNotBeToldApartInTheResults) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  for (const std::string name : {"model", "flexible"}) {
    EXPECT_THAT(
        refusal([&] {
          static_cast<void>(read_with("representations", {{"code", "window"}, {"to", "2"}, {"name", name}}));
        }),
        HasSubstr("has the name '" + name + "', which rows of models have"));
  }
  EXPECT_THAT(
      refusal([&] {
        static_cast<void>(
            read_with("models", {{"model", "pixels"}, {"name", "relu1"}})->prepare(plan_with(stimuli)));
      }),
      HasSubstr("the model 'relu1' has the name of a layer"));
}

TEST(RsaEntry, RefusesDissimilaritiesThatNeedRepetitionsWithout) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  AnalysisPlan plan = plan_with(stimuli);
  const auto crossnobis = read(entry({{"dissimilarity", "crossnobis"}}));
  const auto whitened = read(entry({{"dissimilarity", "mahalanobis"}, {"noise", "shrinkage_eye"}}));
  for (const auto& analysis : {crossnobis, whitened}) {
    plan.repetitions = 1;
    EXPECT_THAT(refusal([&] { static_cast<void>(analysis->prepare(plan)); }),
                HasSubstr("needs every stimulus at least twice; see stimuli.repetitions"));
    plan.repetitions = 2;
    EXPECT_EQ(analysis->prepare(plan).size(), 4U);
  }
  EXPECT_THAT(refusal([&] {
                static_cast<void>(read(entry({{"noise", "full"}}))->prepare(plan));
              }),
              HasSubstr("has no effect on dissimilarity correlation"));
}

TEST(RsaEntry, LeavesLayersOutThatACodeDoesNotHaveUnlessNoneHasIt) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  AnalysisPlan plan = plan_with(stimuli);
  plan.why_not = [](const RepresentationKey& key) {
    return key.code == "rank" && key.layer == "conv1" ? "it has no neurons of its own" : "";
  };
  EXPECT_EQ(read(entry({{"codes", "rank"}}))->prepare(plan),
            (std::vector<RepresentationKey>{{"relu1", "rank"}}));
  EXPECT_THAT(refusal([&] {
                static_cast<void>(read(entry({{"codes", "rank"}, {"layers", "conv1"}}))->prepare(plan));
              }),
              HasSubstr("no layer can be represented by rank (layer conv1: it has no neurons of its own)"));
}

TEST(RsaEntry, RefusesLayersThatDoNotExist) {
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  EXPECT_THAT(refusal([&] {
                static_cast<void>(read(entry({{"layers", "relu2"}}))->prepare(plan_with(stimuli)));
              }),
              HasSubstr("relu1"));
}

TEST(RsaEntry, RefusesFewerStimuliThanCanBeCompared) {
  const test::FakeStimuli stimuli = stimuli_of(2);
  EXPECT_THAT(refusal([&] { static_cast<void>(read(entry({}))->prepare(plan_with(stimuli))); }),
              HasSubstr("RDMs of 2 stimuli; expected 3 to 10000"));
}

TEST(RsaEntry, RefusesAReferenceForOtherStimuliBeforeAnythingRuns) {
  const std::string path = test::fresh_folder("rsa_entry") + "/brain.h5";
  test::write_dataset(path, "rdm", {3, 3}, {0, 1, 2, 1, 0, 3, 2, 3, 0});
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  EXPECT_THAT(refusal([&] { static_cast<void>(read(entry({}, path))->prepare(plan_with(stimuli))); },
                      ErrorKind::data),
              HasSubstr("/brain.h5:/rdm: has 3 stimuli without ids but the experiment shows 5 stimuli"));
}

TEST(RsaEntry, WritesRdmsReferencesAndRows) {
  const std::string folder = test::fresh_folder("rsa_entry_run");
  test::write_dataset(folder + "/brain.h5", "rdm", {5, 5},
                      {0, 1, 2, 3, 4, 1, 0, 5, 6, 7, 2, 5, 0, 8, 9, 3, 6, 8, 0, 10, 4, 7, 9, 10, 0});
  const test::FakeStimuli stimuli = stimuli_of(kStimuli);
  const std::shared_ptr<Analysis> analysis =
      read(entry({{"layers", "relu1"}, {"codes", "float"}, {"export", "true"}}, folder + "/brain.h5"));
  const std::vector<RepresentationKey> keys = analysis->prepare(plan_with(stimuli));
  ASSERT_EQ(keys, (std::vector<RepresentationKey>{{"relu1", "float"}}));

  test::FakeRepresentations representations(kStimuli);
  std::mt19937 random(1);
  std::vector<float> values;
  for (int k = 0; k < 30; ++k) {
    values.push_back(static_cast<float>(random() % 100));
  }
  representations.add("relu1", "float", values);
  RunHeader header;
  header.steps = 1;
  header.classes = 1;
  LayerRecord layer;
  layer.name = "relu1";
  layer.shape = sim::Shape{.channels = 6};
  {
    ResultsFile results =
        ResultsFile::create(folder + "/results.h5", header, {layer}, {}, {"0", "1", "2", "3", "4"},
                            std::vector<std::optional<std::int64_t>>(5), 1);
    for (int i = 0; i < kStimuli; ++i) {
      results.append(PresentationRecord{.readout = {0.0F}, .layer_spikes = {0}});
    }
    analysis->run({.representations = &representations, .stimuli = &stimuli, .folder = folder}, results);
    results.commit();
  }

  const std::string path = folder + "/results.h5";
  const h5::File file = h5::open_for_reading(path);
  EXPECT_EQ(h5::read_array(file, path, "/rdms/relu1/float").values,
            dissimilarities().find("correlation")(MatrixPatterns("x", 5, 6, values), {}).rdm.square());
  EXPECT_EQ(h5::read_array(file, path, "/rdms_reference/rdm").values[1], 1.0);
  EXPECT_EQ(h5::dataset_dims(file, path, "/rsa/value"), std::vector<std::size_t>{1});
  const RdmData exported = read_rdms({.file = folder + "/rdms_rsatoolbox.h5"});
  EXPECT_EQ(exported.ids, (std::vector<std::string>{"0", "1", "2", "3", "4"}));
  const Rdm rdm = dissimilarities().find("correlation")(MatrixPatterns("x", 5, 6, values), {}).rdm;
  EXPECT_EQ(exported.pairs, std::vector<double>(rdm.pairs().begin(), rdm.pairs().end()));
}

}  // namespace
}  // namespace homolog::experiments::rsa_test
