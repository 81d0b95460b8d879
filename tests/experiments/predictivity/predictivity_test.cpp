#include "experiments/predictivity/predictivity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <random>

#include "experiments/predictivity/read_predictivity.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::predictivity_test {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kStimuli = 40;
constexpr std::size_t kUnits = 12;

using Values = test::TextEntries;
using test::mapping_of_texts;
using test::refusal;

/// The mapping of an entry `predictivity`: scalars, and responses from files.
Parameters entry(const Values& values, const std::vector<Values>& responses,
                 const std::optional<Values>& projection = {}, const std::optional<Values>& inference = {}) {
  Parameter top = mapping_of_texts(values);
  top.entries.emplace_back("responses", test::sequence_of_texts(responses));
  if (projection) {
    top.entries.emplace_back("projection", mapping_of_texts(*projection));
  }
  if (inference) {
    top.entries.emplace_back("inference", mapping_of_texts(*inference));
  }
  return Parameters(top, "/folder/experiment.yaml", "analyses[0].predictivity");
}

std::shared_ptr<Analysis> read(Parameters parameters) {
  return test::read_analysis(register_predictivity, "predictivity", std::move(parameters));
}

std::string refused(const Values& values, const std::vector<Values>& responses = {{{"file", "brain.h5"}}},
                    const std::optional<Values>& projection = {}) {
  return refusal([&] { static_cast<void>(read(entry(values, responses, projection))); });
}

test::FakeStimuli stimuli_of(std::int64_t count) {
  return test::FakeStimuli(
      test::grey_images(count, 2, 2, [](std::int64_t i, std::int64_t, std::int64_t) { return i; }));
}

AnalysisPlan plan_with(const Stimuli& stimuli, std::size_t place = 0) {
  return {.layers = {"conv1", "relu1"},
          .shapes = {sim::Shape{.channels = 6}, sim::Shape{.channels = 6}},
          .stimuli = &stimuli,
          .classes = 10,
          .seed = 1,
          .place = place};
}

TEST(PredictivityEntry, HasTheDefaultsOfBrainScore) {
  Parameters parameters = entry({}, {{{"file", "brain.h5"}, {"dataset", "/it/responses"}, {"region", "IT"}}});
  const PredictivityEntry read = read_predictivity_entry(parameters);
  parameters.finish();
  EXPECT_EQ(read.settings.regression.method, "pls");
  EXPECT_EQ(read.settings.regression.components, 25U);
  EXPECT_EQ(read.settings.splits.splits, 10U);
  EXPECT_EQ(read.settings.splits.train, 0.9);
  EXPECT_FALSE(read.settings.stratify);
  EXPECT_EQ(read.settings.projection.kind, "none");
  EXPECT_TRUE(read.settings.inference.units);
  EXPECT_EQ(read.settings.inference.samples, 1000U);
  EXPECT_EQ(read.targets.at(0).responses.name, "responses");
  EXPECT_EQ(read.targets.at(0).responses.source.file, "/folder/brain.h5");
  EXPECT_EQ(read.targets.at(0).region, "IT");
}

TEST(PredictivityEntry, RefusesWhatItDoesNotUse) {
  EXPECT_THAT(refused({{"method", "lasso"}}), HasSubstr("ridge"));
  EXPECT_THAT(refused({{"method", "ridge"}, {"components", "25"}}), HasSubstr("components"));
  EXPECT_THAT(refused({{"alpha", "1"}}), HasSubstr("alpha"));
  EXPECT_THAT(refused({{"method", "ridge"}, {"alpha", "0"}}), HasSubstr("alpha"));
  EXPECT_THAT(refused({{"folds", "5"}, {"train", "0.9"}}), HasSubstr("train"));
  EXPECT_THAT(refused({{"codes", "counts"}}), HasSubstr("did you mean 'count'?"));
  EXPECT_THAT(refused({}, {}), HasSubstr("is empty"));
  EXPECT_THAT(refused({}, {{{"file", "a.h5"}}, {{"file", "a.csv"}}}), HasSubstr("'a' names two"));
  EXPECT_THAT(refused({}, {{{"file", "a.h5"}, {"name", "a/b"}}}), HasSubstr("without '/'"));
  EXPECT_THAT(refused({}, {{{"file", "a.h5"}}}, Values{{"kind", "umap"}}), HasSubstr("sparse_random"));
  EXPECT_THAT(refused({}, {{{"file", "a.h5"}}}, Values{{"components", "3"}}), HasSubstr("components"));
}

TEST(PredictivityEntry, ReadsWhatIsDrawnAgain) {
  const auto read_inference = [](const Values& values) {
    Parameters parameters = entry({}, {{{"file", "brain.h5"}}}, {}, values);
    const PredictivityEntry read = read_predictivity_entry(parameters);
    parameters.finish();
    return read.settings.inference;
  };
  EXPECT_FALSE(read_inference({{"bootstrap", "none"}}).units);
  EXPECT_EQ(read_inference({{"samples", "50"}}).samples, 50U);
  EXPECT_EQ(read_inference({{"level", "0.9"}}).level, 0.9);
  EXPECT_THAT(refusal([&] { read_inference({{"bootstrap", "stimuli"}}); }), HasSubstr("units"));
  EXPECT_THAT(refusal([&] { read_inference({{"samples", "1"}}); }), HasSubstr("samples"));
}

TEST(PredictivityEntry, NeedsResponses) {
  EXPECT_THAT(refusal([] {
                Parameters none(mapping_of_texts({}), "/folder/experiment.yaml", "analyses[0].predictivity");
                static_cast<void>(read_predictivity_entry(none));
              }),
              HasSubstr("responses"));
}

TEST(PredictivityEntry, RefusesTooFewStimuliBeforeAnythingRuns) {
  const test::FakeStimuli stimuli = stimuli_of(20);
  EXPECT_THAT(refusal([&] {
                static_cast<void>(read(entry({}, {{{"file", "no.h5"}}}))->prepare(plan_with(stimuli)));
              }),
              HasSubstr("18 to fit and 2 held out; expected at least 3 and 3"));
  EXPECT_THAT(refusal(
                  [&] {
                    static_cast<void>(
                        read(entry({{"folds", "5"}}, {{{"file", "/no.h5"}}}))->prepare(plan_with(stimuli)));
                  },
                  ErrorKind::data),
              HasSubstr("/no.h5"));
}

/// A layer of 12 units, and responses of its first three units twice.
class PredictivityOfAFile : public testing::Test {
 protected:
  PredictivityOfAFile() : stimuli_(stimuli_of(kStimuli)), representations_(kStimuli) {
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    for (std::size_t k = 0; k < static_cast<std::size_t>(kStimuli) * kUnits; ++k) {
      layer_.push_back(static_cast<float>(normal(random)));
    }
    representations_.add("relu1", "float", layer_);
  }

  /// Runs the analysis and returns the results file.
  std::string run(const Values& values, const std::vector<Values>& responses, std::size_t place = 0) {
    const std::shared_ptr<Analysis> analysis = read(entry(values, responses));
    const std::vector<RepresentationKey> keys = analysis->prepare(plan_with(stimuli_, place));
    EXPECT_EQ(keys, (std::vector<RepresentationKey>{{"relu1", "float"}}));
    EXPECT_GT(analysis->bytes(stimuli_, 1), sizeof(double) * kStimuli * kStimuli);
    RunHeader header;
    header.steps = 1;
    header.classes = 1;
    LayerRecord layer;
    layer.name = "relu1";
    layer.shape = sim::Shape{.channels = kUnits};
    std::vector<std::string> ids;
    for (std::int64_t i = 0; i < kStimuli; ++i) {
      ids.push_back(std::to_string(i));
    }
    const std::string path = folder_ + "/results" + std::to_string(place) + ".h5";
    ResultsFile results =
        ResultsFile::create(path, header, {layer}, {}, ids,
                            std::vector<std::optional<std::int64_t>>(static_cast<std::size_t>(kStimuli)), 1);
    for (std::int64_t i = 0; i < kStimuli; ++i) {
      results.append(PresentationRecord{.readout = {0.0F}, .layer_spikes = {0}});
    }
    analysis->run({.representations = &representations_,
                   .stimuli = &stimuli_,
                   .summarise = [this](const std::string& key, const std::string& json,
                                       const std::string& table) { summary_ = key + json + table; }},
                  results);
    results.commit();
    return path;
  }

  std::string folder_ = test::fresh_folder("predictivity");
  test::FakeStimuli stimuli_;
  test::FakeRepresentations representations_;
  std::vector<float> layer_{};
  std::string summary_{};
};

TEST_F(PredictivityOfAFile, WritesScoresCeilingsAndUnits) {
  std::vector<double> responses;
  for (std::size_t i = 0; i < static_cast<std::size_t>(kStimuli); ++i) {
    for (int repetition = 0; repetition < 2; ++repetition) {
      for (std::size_t u = 0; u < 3; ++u) {
        responses.push_back(static_cast<double>(layer_[i * kUnits + u]));
      }
    }
  }
  test::write_dataset(folder_ + "/brain.h5", "it", {static_cast<hsize_t>(kStimuli), 2, 3}, responses);
  const std::string path = run({{"layers", "relu1"}, {"codes", "float"}, {"method", "linear"}},
                               {{{"file", folder_ + "/brain.h5"}, {"dataset", "/it"}, {"region", "IT"}}});
  const h5::File file = h5::open_for_reading(path);
  // Least squares finds the unit that responses are copies of; identical repetitions are reliable throughout.
  EXPECT_NEAR(h5::read_array(file, path, "/predictivity/score").values.at(0), 1.0, 1e-9);
  EXPECT_NEAR(h5::read_array(file, path, "/predictivity/ceiling").values.at(0), 1.0, 1e-12);
  EXPECT_NEAR(h5::read_array(file, path, "/predictivity/r_over_sqrt_ceiling").values.at(0), 1.0, 1e-9);
  EXPECT_EQ(h5::dataset_dims(file, path, "/predictivity/unit_r.it"), (std::vector<std::size_t>{1, 3}));
  EXPECT_THAT(summary_, HasSubstr("predictivity{\"method\":\"linear\""));
}

TEST_F(PredictivityOfAFile, MatchesStimuliByTheirNames) {
  std::ofstream csv(folder_ + "/brain.csv");
  csv << "stimulus,cell 1,cell 2\n";
  for (std::int64_t i = kStimuli; i-- > 0;) {  // backwards
    const auto row = static_cast<std::size_t>(i) * kUnits;
    csv << i << "," << layer_[row] << "," << layer_[row + 1] << "\n";
  }
  csv.close();
  const std::string path = run({{"layers", "relu1"}, {"codes", "float"}, {"method", "linear"}},
                               {{{"file", folder_ + "/brain.csv"}}}, 1);
  const h5::File file = h5::open_for_reading(path);
  // Six digits of each response are written.
  EXPECT_NEAR(h5::read_array(file, path, "/predictivity_2/score").values.at(0), 1.0, 1e-6);
  EXPECT_THAT(summary_, HasSubstr("predictivity_2{"));
}

TEST_F(PredictivityOfAFile, RefusesResponsesToOtherStimuli) {
  test::write_dataset(folder_ + "/brain.h5", "it", {7, 3}, std::vector<double>(21, 1.0));
  EXPECT_THAT(refusal(
                  [&] {
                    static_cast<void>(
                        read(entry({}, {{{"file", folder_ + "/brain.h5"}}}))->prepare(plan_with(stimuli_)));
                  },
                  ErrorKind::data),
              HasSubstr("brain.h5"));
}

}  // namespace
}  // namespace homolog::experiments::predictivity_test
