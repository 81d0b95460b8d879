#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "experiments/fusion/fusion.hpp"
#include "experiments/fusion/variance.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/fusion/support.hpp"
#include "tests/support/analysis_entry.hpp"
#include "tests/support/repeated_values.hpp"

namespace homolog::experiments::entries_test {
namespace {

using test::Entries;
using test::mapping;
using test::refusal;
using test::scalar;
using test::sequence;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kStimuli = 8;

Parameter model(const std::string& name) {
  return mapping({{"model", scalar(name)}, {"name", scalar(name)}});
}

std::shared_ptr<Analysis> read(const std::string& kind, const Entries& entries) {
  return test::read_analysis(kind == "variance" ? register_variance : register_fusion, kind, entries);
}

/// Two layers in two codes, labelled images, and RDMs in files.
class FusionEntries : public testing::Test {
 protected:
  FusionEntries() {
    std::mt19937 random(5);
    std::uniform_real_distribution<float> draw(0.0F, 1.0F);
    for (const std::string layer : {"relu1", "relu2"}) {
      for (const std::string code : {"float", "count"}) {
        std::vector<float> values(kStimuli * 12);
        std::generate(values.begin(), values.end(), [&] { return draw(random); });
        representations_.add(layer, code, values);
      }
    }
    inputs_ = {.representations = &representations_,
               .stimuli = &stimuli_,
               .seed = 4,
               .threads = 2,
               .summarise =
                   [this](const std::string& key, const std::string& json, const std::string& table) {
                     key_ = key;
                     json_ = nlohmann::json::parse(json);
                     table_ = table;
                   },
               .warn = [this](const std::string& line) { warnings_ += line + "\n"; }};
  }

  static test::FakeStimuli labelled() {
    std::vector<Image> images = test::grey_images(
        kStimuli, 4, 4,
        [](std::int64_t i, std::int64_t y, std::int64_t x) { return (i * i + 3 * y + x) % 7; });
    for (std::int64_t i = 0; i < kStimuli; ++i) {
      images[static_cast<std::size_t>(i)].label = i / 3;
    }
    return test::FakeStimuli(std::move(images));
  }
  [[nodiscard]] AnalysisPlan plan() const {
    return {.layers = {"relu1", "relu2"},
            .shapes = {sim::Shape{.channels = 12}, sim::Shape{.channels = 12}},
            .stimuli = &stimuli_};
  }
  /// A file with random RDMs [count, n, n] or [subjects, times, n, n], and the entry that names it.
  Parameter file(const std::string& name, const std::vector<hsize_t>& leading, unsigned seed) {
    std::vector<double> values;
    std::vector<hsize_t> dims = leading;
    hsize_t count = 1;
    for (const hsize_t extent : leading) {
      count *= extent;
    }
    for (unsigned k = 0; k < count; ++k) {
      const std::vector<double> square = test::random_rdm(kStimuli, seed + k).rdm().square();
      values.insert(values.end(), square.begin(), square.end());
    }
    dims.push_back(kStimuli);
    dims.push_back(kStimuli);
    test::write_dataset(folder_ + "/" + name + ".h5", "rdm", dims, values);
    return mapping({{"name", scalar(name)},
                    {"file", scalar(folder_ + "/" + name + ".h5")},
                    {"dataset", scalar("/rdm")}});
  }
  /// Prepares and runs; the file with the results.
  std::string run(Analysis& analysis, const AnalysisPlan& plan) {
    static_cast<void>(analysis.prepare(plan));
    EXPECT_GT(analysis.bytes(stimuli_, 1), 0U);
    RunHeader header;
    header.steps = 1;
    header.classes = 1;
    LayerRecord layer;
    layer.name = "relu1";
    layer.shape = sim::Shape{.channels = 1};
    std::vector<std::string> ids = test::numbered(kStimuli);
    const std::string path = folder_ + "/results.h5";
    ResultsFile results = ResultsFile::create(path, header, {layer}, {}, ids,
                                              std::vector<std::optional<std::int64_t>>(kStimuli), 1);
    for (int i = 0; i < kStimuli; ++i) {
      results.append(PresentationRecord{.readout = {0.0F}, .layer_spikes = {0}});
    }
    analysis.run(inputs_, results);
    results.commit();
    return path;
  }
  static std::vector<double> array(const std::string& path, const std::string& dataset) {
    return h5::read_array(h5::open_for_reading(path), path, dataset).values;
  }
  [[nodiscard]] std::vector<double> layer_ranks(const std::string& layer, const std::string& code) const {
    const std::vector<float> values = representations_.read({layer, code}, 0, 12);
    return mid_ranks(
        dissimilarities().find("correlation")(MatrixPatterns("x", kStimuli, 12, values), {}).rdm.pairs());
  }

  std::string folder_ = test::fresh_folder("fusion");
  test::FakeStimuli stimuli_ = labelled();
  test::FakeRepresentations representations_{kStimuli};
  AnalysisInputs inputs_{};
  std::string key_{}, table_{}, warnings_{};
  nlohmann::json json_{};
};

TEST_F(FusionEntries, VarianceWritesAPartOfEverySubsetForEachLayerAndReference) {
  const auto analysis = read("variance", {{"predictors", sequence({model("labels")})},
                                          {"references", sequence({file("IT", {3}, 20), file("V1", {}, 40)})},
                                          {"inference", mapping({{"samples", scalar("20")}})}});
  const std::string path = run(*analysis, plan());
  const auto shape = [&](const std::string& name) {
    return h5::dataset_dims(h5::open_for_reading(path), path, "/variance/" + name);
  };
  EXPECT_EQ(shape("part"), (std::vector<std::size_t>{2, 2, 7}));
  EXPECT_EQ(shape("semi_partial_ci_low"), (std::vector<std::size_t>{2, 2, 3}));
  EXPECT_EQ(shape("members"), (std::vector<std::size_t>{7, 3}));
  const std::vector<double> r_squared = array(path, "/variance/r_squared");
  const std::vector<double> parts = array(path, "/variance/part");
  const std::vector<double> errors = array(path, "/variance/r_squared_standard_error");
  for (std::size_t k = 0; k < 4; ++k) {
    double sum = 0.0;
    for (std::size_t s = 0; s < 7; ++s) {
      sum += parts[k * 7 + s];
      EXPECT_GT(errors[k * 7 + s], 0.0);
    }
    EXPECT_NEAR(sum, r_squared[k * 7 + 6], 1e-14);
  }
  // Of one predictor R^2 is the square of Spearman's correlation: layer relu2 in code count, reference V1.
  const double r = pearson_correlation(layer_ranks("relu2", "count"),
                                       mid_ranks(test::random_rdm(kStimuli, 40).rdm().pairs()));
  EXPECT_NEAR(r_squared[3 * 7 + 1], r * r, 1e-14);

  EXPECT_EQ(key_, "variance");
  ASSERT_EQ(json_["rows"].size(), 4U);
  EXPECT_EQ(json_["rows"][1]["reference"], "V1");
  EXPECT_EQ(json_["rows"][1]["parts"].size(), 7U);
  EXPECT_NEAR(json_["rows"][1]["unique"]["labels"]["value"].get<double>(), parts[7 + 3], 1e-15);
  EXPECT_THAT(table_, HasSubstr("only labels"));
}

// Presentation r n + i is repetition r of stimulus i; the RDM is that of the means over repetitions.
TEST_F(FusionEntries, RepeatedPresentationsAreAveraged) {
  std::mt19937 random(8);
  test::FakeRepresentations once(kStimuli), repeated(2 * kStimuli);
  for (const std::string layer : {"relu1", "relu2"}) {
    for (const std::string code : {"float", "count"}) {
      const test::RepeatedValues values = test::repeated_values(kStimuli * 12, random);
      once.add(layer, code, values.mean);
      repeated.add(layer, code, values.twice);
    }
  }
  const auto numbers = [&](const std::string& kind, const Entries& entries, const std::string& dataset,
                           bool twice) {
    inputs_.representations = twice ? &repeated : &once;
    inputs_.repetitions = twice ? 2 : 1;
    AnalysisPlan with_repetitions = plan();
    with_repetitions.repetitions = inputs_.repetitions;
    const std::string path = run(*read(kind, entries), with_repetitions);
    std::vector<double> values = array(path, dataset);
    std::filesystem::remove(path);
    return values;
  };
  const Entries variance{{"references", sequence({file("V1", {}, 40)})},
                         {"inference", mapping({{"samples", scalar("10")}})}};
  const Entries fusion{{"first", file("MEG", {2, 4}, 60)},
                       {"second", file("fMRI", {3}, 80)},
                       {"inference", mapping({{"permutations", scalar("10")}})}};
  for (const std::string dataset : {"/variance/r_squared", "/variance/part_ci_low"}) {
    EXPECT_EQ(numbers("variance", variance, dataset, true), numbers("variance", variance, dataset, false));
  }
  for (const std::string dataset : {"/fusion/commonality", "/fusion/commonality_p"}) {
    EXPECT_EQ(numbers("fusion", fusion, dataset, true), numbers("fusion", fusion, dataset, false));
  }
}

TEST_F(FusionEntries, VarianceLeavesOutLayersThatACodeCannotBeHadOf) {
  AnalysisPlan partly = plan();
  partly.why_not = [](const RepresentationKey& key) {
    return key.layer == "relu2" && key.code == "count" ? "it has no spikes" : "";
  };
  const auto analysis = read("variance", {{"references", sequence({file("V1", {}, 40)})},
                                          {"inference", mapping({{"bootstrap", scalar("none")}})}});
  run(*analysis, partly);
  ASSERT_EQ(json_["rows"].size(), 1U);
  EXPECT_EQ(json_["rows"][0]["layer"], "relu1");
  EXPECT_TRUE(json_["rows"][0]["r_squared"]["ci_low"].is_null());
  EXPECT_THAT(warnings_, HasSubstr("relu2 cannot be represented by count"));
}

TEST_F(FusionEntries, VarianceRefusesWhatItCannotDo) {
  EXPECT_THAT(refusal([&] { read("variance", {}); }), HasSubstr("references"));
  EXPECT_THAT(refusal([&] {
                read("variance", {{"references", sequence({model("labels")})},
                                  {"predictors", sequence({model("labels"), model("pixels"), model("v1")})}});
              }),
              HasSubstr("at most 4"));
  EXPECT_THAT(
      refusal([&] {
        read("variance",
             {{"references", sequence({model("labels")})},
              {"predictors", sequence({mapping({{"model", scalar("labels")}, {"name", scalar("float")}})})}});
      }),
      HasSubstr("names a code and a model"));
  EXPECT_THAT(refusal([&] {
                read("variance",
                     {{"references", sequence({model("labels")})},
                      {"predictors",
                       sequence({mapping({{"model", scalar("labels")}, {"name", scalar("float+count")}})})}});
              }),
              HasSubstr("without '+'"));
  EXPECT_THAT(refusal([&] {
                read("variance", {{"references", sequence({model("labels")})}, {"rank", scalar("true")}});
              }),
              HasSubstr("ranks"));
  EXPECT_THAT(refusal([&] {
                read("variance", {{"references", sequence({model("labels")})},
                                  {"inference", mapping({{"permutations", scalar("5")}})}});
              }),
              HasSubstr("permutations"));
  const auto folds = read(
      "variance", {{"references", sequence({model("labels")})}, {"dissimilarity", scalar("crossnobis")}});
  EXPECT_THAT(refusal([&] { static_cast<void>(folds->prepare(plan())); }), HasSubstr("at least twice"));
}

TEST_F(FusionEntries, FusionWritesATimeCourseOfEachLayerAndCode) {
  const auto analysis = read("fusion", {{"first", file("MEG", {2, 4}, 60)},
                                        {"second", file("fMRI", {3}, 80)},
                                        {"models", sequence({model("labels")})},
                                        {"control", sequence({model("pixels")})},
                                        {"inference", mapping({{"bootstrap", scalar("stimuli")},
                                                               {"samples", scalar("10")},
                                                               {"permutations", scalar("10")}})}});
  const std::string path = run(*analysis, plan());
  const auto shape = [&](const std::string& name) {
    return h5::dataset_dims(h5::open_for_reading(path), path, "/fusion/" + name);
  };
  EXPECT_EQ(shape("commonality"), (std::vector<std::size_t>{5, 4}));
  EXPECT_EQ(shape("commonality_p_fdr"), (std::vector<std::size_t>{5, 4}));
  EXPECT_EQ(shape("correlation_standard_error"), (std::vector<std::size_t>{4}));
  // The third time: subjects' RDMs 62 and 66 are averaged, and those of fMRI.
  const auto mean_of = [](const std::vector<unsigned>& seeds) {
    std::vector<Rdm> rdms;
    for (const unsigned seed : seeds) {
      rdms.push_back(test::random_rdm(kStimuli, seed).rdm());
    }
    return mid_ranks(mean_rdm(rdms).pairs());
  };
  EXPECT_NEAR(array(path, "/fusion/correlation")[2],
              pearson_correlation(mean_of({62, 66}), mean_of({80, 81, 82})), 1e-14);
  EXPECT_EQ(key_, "fusion");
  ASSERT_EQ(json_["models"].size(), 5U);
  EXPECT_EQ(json_["models"][4]["layer"], "labels");
  EXPECT_EQ(json_["models"][4]["code"], "model");
  EXPECT_EQ(json_["control"][0], "pixels");
  EXPECT_THAT(table_, HasSubstr("fusion of MEG with fMRI"));
}

TEST_F(FusionEntries, FusionDrawsSubjectsOfTheReferencesThatHaveSeveral) {
  const auto error = [&](const Parameter& first, const Parameter& second, const std::string& bootstrap) {
    warnings_.clear();
    const auto analysis = read("fusion", {{"first", first},
                                          {"second", second},
                                          {"inference", mapping({{"bootstrap", scalar(bootstrap)},
                                                                 {"samples", scalar("20")},
                                                                 {"permutations", scalar("0")}})}});
    const std::string path = run(*analysis, plan());
    const double value = array(path, "/fusion/correlation_standard_error")[1];
    std::filesystem::remove(path);
    return value;
  };
  const Parameter meg = file("MEG", {2, 4}, 60), fmri = file("fMRI", {3}, 80), mean = file("mean", {}, 90),
                  meg_of_one = file("MEG1", {1, 4}, 60);
  const double of_both = error(meg, fmri, "both");
  EXPECT_EQ(error(meg, fmri, "auto"), of_both);
  EXPECT_GT(error(meg, fmri, "subjects"), 0.0);
  EXPECT_NE(error(meg, fmri, "subjects"), of_both);
  EXPECT_GT(error(meg, mean, "subjects"), 0.0);
  EXPECT_THAT(warnings_, Not(HasSubstr("intervals")));
  EXPECT_TRUE(std::isnan(error(meg_of_one, mean, "subjects")));
  EXPECT_THAT(warnings_, HasSubstr("neither has several subjects to be drawn"));
}

TEST_F(FusionEntries, FusionTakesAStaticFirstReferenceAndNumbersFurtherEntries) {
  AnalysisPlan second = plan();
  second.place = 1;
  const auto analysis = read("fusion", {{"first", model("pixels")},
                                        {"second", file("fMRI", {}, 80)},
                                        {"inference", mapping({{"permutations", scalar("0")}})}});
  const std::string path = run(*analysis, second);
  EXPECT_EQ(key_, "fusion_2");
  EXPECT_EQ(array(path, "/fusion_2/time"), (std::vector<double>{0.0}));
  EXPECT_EQ(array(path, "/fusion_2/commonality").size(), 4U);
  EXPECT_TRUE(std::isnan(array(path, "/fusion_2/correlation_p")[0]));
}

TEST_F(FusionEntries, FusionRefusesWhatItCannotDo) {
  EXPECT_THAT(refusal([&] { read("fusion", {{"first", model("labels")}}); }), HasSubstr("second"));
  EXPECT_THAT(refusal([&] {
                read("fusion", {{"first", mapping({})}, {"second", model("labels")}});
              }),
              HasSubstr("expected file or model"));
  EXPECT_THAT(refusal([&] {
                read("fusion", {{"first", model("labels")},
                                {"second", model("pixels")},
                                {"inference", mapping({{"bootstrap", scalar("subject")}})}});
              }),
              HasSubstr("subjects"));
  const auto in_time = read("fusion", {{"first", model("labels")}, {"second", file("MEG", {2, 4}, 60)}});
  EXPECT_THAT(refusal([&] { static_cast<void>(in_time->prepare(plan())); }, ErrorKind::data),
              HasSubstr("RDMs of 4 times"));
}

}  // namespace
}  // namespace homolog::experiments::entries_test
