#include "experiments/behaviour/behaviour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "experiments/behaviour/behaviour_table.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::behaviour_test {
namespace {

using test::mapping_of_texts;
using test::refusal;
using test::scalar;
using test::sequence_of_texts;
using testing::HasSubstr;
using Values = test::TextEntries;

std::shared_ptr<Analysis> read(const test::Entries& entries) {
  return test::read_analysis(register_behaviour, "behaviour", entries);
}

/// Six stimuli of three classes; the float network errs on stimulus 1, the spiking network on 1 and 2.
class Behaviour : public testing::Test {
 protected:
  Behaviour() : stimuli_(labelled({0, 0, 1, 1, 2, 2})) {
    const std::vector<std::size_t> float_choices{0, 1, 1, 1, 2, 2};
    const std::vector<std::size_t> spiking_choices{0, 1, 0, 1, 2, 2};
    for (std::size_t i = 0; i < 6; ++i) {
      for (std::size_t k = 0; k < 3; ++k) {
        // Further from the choice the lower; no two margins are alike.
        const double tilt = 0.01 * static_cast<double>(i * 3 + k);
        float_.push_back(static_cast<float>((k == float_choices[i] ? 2.0 : 0.0) + tilt));
        spiking_.push_back(static_cast<float>((k == spiking_choices[i] ? 1.0 : 0.0) + tilt * tilt));
      }
    }
    inputs_ = {.stimuli = &stimuli_,
               .float_readout = float_,
               .spiking_readout = spiking_,
               .summarise =
                   [this](const std::string& key, const std::string& json, const std::string& table) {
                     key_ = key;
                     json_ = nlohmann::json::parse(json);
                     table_ = table;
                   },
               .warn = [this](const std::string& line) { warnings_ += line + "\n"; }};
  }
  static test::FakeStimuli labelled(const std::vector<std::optional<std::int64_t>>& labels) {
    std::vector<Image> images =
        test::grey_images(static_cast<std::int64_t>(labels.size()), 2, 2,
                          [](std::int64_t i, std::int64_t, std::int64_t) { return i; });
    for (std::size_t i = 0; i < labels.size(); ++i) {
      images[i].label = labels[i];
    }
    return test::FakeStimuli(std::move(images));
  }
  [[nodiscard]] AnalysisPlan plan(const Stimuli& stimuli) const {
    return {.stimuli = &stimuli, .classes = 3, .seed = 1};
  }
  std::string write(const std::string& name, const std::vector<hsize_t>& dims,
                    const std::vector<double>& values) {
    test::write_dataset(folder_ + "/" + name, "data", dims, values);
    return folder_ + "/" + name;
  }
  std::string run(Analysis& analysis) {
    EXPECT_TRUE(analysis.prepare(plan(stimuli_)).empty());
    RunHeader header;
    header.steps = 1;
    header.classes = 3;
    const std::string path = folder_ + "/results.h5";
    LayerRecord layer;
    layer.name = "relu1";
    layer.shape = sim::Shape{.channels = 1};
    ResultsFile results = ResultsFile::create(path, header, {layer}, {}, {"0", "1", "2", "3", "4", "5"},
                                              std::vector<std::optional<std::int64_t>>(6), 1);
    for (int i = 0; i < 6; ++i) {
      results.append(PresentationRecord{.readout = {0.0F, 0.0F, 0.0F}, .layer_spikes = {0}});
    }
    analysis.run(inputs_, results);
    results.commit();
    return path;
  }

  std::string folder_ = test::fresh_folder("behaviour");
  test::FakeStimuli stimuli_;
  std::vector<float> float_{}, spiking_{};
  AnalysisInputs inputs_{};
  std::string key_{}, table_{}, warnings_{};
  nlohmann::json json_{};
};

TEST_F(Behaviour, WithoutObserversComparesTheNetworks) {
  const std::string path = run(*read({}));
  const h5::File file = h5::open_for_reading(path);
  EXPECT_EQ(h5::read_array(file, path, "/behaviour/accuracy").values,
            (std::vector<double>{5.0 / 6.0, 4.0 / 6.0}));
  // p = 5/6, q = 4/6: expected 22/36, observed 5/6 = 30/36: 8/14.
  EXPECT_NEAR(h5::read_array(file, path, "/behaviour/kappa_between_networks").values.at(0), 8.0 / 14.0,
              1e-14);
  EXPECT_EQ(key_, "behaviour");
  EXPECT_TRUE(json_["i2n_between_networks"].is_null());
  EXPECT_EQ(warnings_, "");
}

// Observer 0 errs as the float network does, observer 1 on stimulus 5, observer 2 never and saw little.
TEST_F(Behaviour, HasTheErrorConsistencyWithEachObserver) {
  const double nan = kNaN;
  const std::string file = write("people.h5", {6, 3},
                                 {1, 1, nan, 0, 1, nan, 1, 1, 1,  //
                                  1, 1, 1, 1, 1, 1, 1, 0, 1});
  const std::string path =
      run(*read({{"observers", sequence_of_texts({{{"name", "people"}, {"file", file}}})}}));
  const h5::File results = h5::open_for_reading(path);
  EXPECT_EQ(h5::read_array(results, path, "/behaviour/accuracy.people").values,
            (std::vector<double>{5.0 / 6.0, 5.0 / 6.0, 1.0}));
  const std::vector<double> kappa = h5::read_array(results, path, "/behaviour/kappa.people").values;
  ASSERT_EQ(kappa.size(), 6U);
  EXPECT_NEAR(kappa[0], 1.0, 1e-14);
  EXPECT_NEAR(kappa[1], (4.0 / 6.0 - 26.0 / 36.0) / (10.0 / 36.0), 1e-14);
  EXPECT_TRUE(std::isnan(kappa[2]));  // both right about the four that it saw
  EXPECT_NEAR(json_["observers"][0]["kappa"]["float"].get<double>(), 0.5 * (kappa[0] + kappa[1]), 1e-14);
  EXPECT_THAT(
      warnings_,
      HasSubstr("observers 'people': 1 of 6 error consistencies with the networks are undefined (both "
                "always right or both always wrong"));
  EXPECT_THAT(table_, HasSubstr("people"));
}

TEST_F(Behaviour, TakesChoicesForRightAndWrong) {
  const std::string file = write("choices.h5", {6, 1}, {0, 1, 1, 1, 2, 2});
  run(*read(
      {{"observers", sequence_of_texts({{{"name", "people"}, {"file", file}, {"answers", "choices"}}})}}));
  EXPECT_NEAR(json_["observers"][0]["kappa"]["float"].get<double>(), 1.0, 1e-14);
}

TEST_F(Behaviour, DecidesAmongCategoriesOfClasses) {
  std::ofstream(folder_ + "/categories.csv") << "0\n0\n1\n";
  Parameter categories = mapping_of_texts({{"file", folder_ + "/categories.csv"}});
  run(*read({{"categories", categories}}));
  EXPECT_EQ(json_["accuracy"]["float"], 1.0);  // 0 and 1 are one category
  EXPECT_TRUE(json_["kappa_between_networks"].is_null());
  EXPECT_THAT(warnings_, HasSubstr("error consistency of the two networks is undefined"));
}

TEST_F(Behaviour, WritesIntervalsBesideEveryValue) {
  const std::string file = write("people.h5", {6, 2}, {1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0});
  const std::string path =
      run(*read({{"observers", sequence_of_texts({{{"name", "people"}, {"file", file}}})},
                 {"i2n", Parameter{.kind = Parameter::Kind::sequence}},
                 {"inference", mapping_of_texts({{"samples", "50"}, {"level", "0.9"}})}}));
  const h5::File results = h5::open_for_reading(path);
  for (const std::string name :
       {"accuracy", "accuracy_difference", "kappa_between_networks", "i2n_between_networks", "kappa",
        "kappa_difference", "kappa_between_observers"}) {
    const auto values = [&](const std::string& ending) {
      return h5::read_array(results, path, "/behaviour/" + name + ending).values;
    };
    const std::vector<double> low = values("_ci_low"), high = values("_ci_high"),
                              error = values("_standard_error");
    ASSERT_EQ(low.size(), values("").size()) << name;
    for (std::size_t k = 0; k < low.size(); ++k) {
      EXPECT_NEAR(0.5 * (low[k] + high[k]), values("")[k], 1e-14) << name;
      EXPECT_GT(error[k], 0.0) << name;
    }
  }
  EXPECT_EQ(json_["accuracy_ci_low"]["spiking"],
            h5::read_array(results, path, "/behaviour/accuracy_ci_low").values[1]);
  EXPECT_EQ(json_["accuracy_difference_ci_high"],
            h5::read_array(results, path, "/behaviour/accuracy_difference_ci_high").values[0]);
  EXPECT_EQ(json_["observers"][0]["kappa_difference_standard_error"],
            h5::read_array(results, path, "/behaviour/kappa_difference_standard_error").values[0]);
}

TEST_F(Behaviour, RefusesDrawsThatItDoesNotKnow) {
  EXPECT_THAT(refusal([&] {
                read({{"inference", mapping_of_texts({{"bootstrap", "observers"}})}});
              }),
              HasSubstr("subjects"));
  EXPECT_THAT(refusal([&] {
                read({{"inference", mapping_of_texts({{"permutations", "10"}})}});
              }),
              HasSubstr("permutations"));
}

// Means by object have choices^2 entries, whatever the number of stimuli.
TEST_F(Behaviour, RefusesI2nOfTooManyChoices) {
  AnalysisPlan many = plan(stimuli_);
  many.classes = 20000;
  const auto analysis = read({{"i2n", Parameter{.kind = Parameter::Kind::sequence}}});
  EXPECT_THAT(refusal([&] { static_cast<void>(analysis->prepare(many)); }),
              HasSubstr("20000 choices is too large"));
  many.classes = 2000;
  static_cast<void>(analysis->prepare(many));
  EXPECT_GT(analysis->bytes(stimuli_, 1), sizeof(double) * 2000 * 2000);
}

// The observers' rates are the float network's own, so that their I2n is its.
TEST_F(Behaviour, ComparesImageLevelSensitivity) {
  std::vector<double> rates;
  for (std::size_t i = 0; i < 6; ++i) {
    const std::size_t own = i / 2;
    for (int observer = 0; observer < 2; ++observer) {
      for (std::size_t d = 0; d < 3; ++d) {
        const double lead = static_cast<double>(float_[3 * i + own]) - static_cast<double>(float_[3 * i + d]);
        rates.push_back(d == own ? kNaN : 1.0 / (1.0 + std::exp(-lead)));
      }
    }
  }
  const std::string file = write("rates.h5", {6, 2, 3}, rates);
  const std::string path = run(*read({{"i2n", sequence_of_texts({{{"name", "people"}, {"file", file}}})}}));
  EXPECT_NEAR(json_["i2n"][0]["float"]["consistency"].get<double>(), 1.0, 1e-9);
  EXPECT_NEAR(json_["i2n"][0]["reliability"].get<double>(), 1.0, 1e-9);  // both observers are alike
  EXPECT_NEAR(json_["i2n"][0]["spiking"]["consistency"].get<double>(),
              json_["i2n_between_networks"].get<double>(), 1e-9);
  const h5::File results = h5::open_for_reading(path);
  EXPECT_EQ(h5::dataset_dims(results, path, "/behaviour/i2n_consistency"), (std::vector<std::size_t>{1, 2}));
}

TEST_F(Behaviour, OneObserverHasNoReliability) {
  const std::string file = write("rates.h5", {6, 3}, std::vector<double>(18, 0.75));
  run(*read({{"i2n", sequence_of_texts({{{"name", "people"}, {"file", file}}})}}));
  EXPECT_TRUE(json_["i2n"][0]["reliability"].is_null());
  EXPECT_TRUE(json_["i2n"][0]["float"]["consistency"].is_null());  // constant rates
  EXPECT_THAT(warnings_, HasSubstr("no reliability above 0"));
}

TEST_F(Behaviour, RefusesWhatIsNoAnswer) {
  const auto refused = [&](const std::string& key, const std::vector<hsize_t>& dims,
                           const std::vector<double>& values, const Values& more = {}) {
    Values entry{{"name", "x"}, {"file", write("bad.h5", dims, values)}};
    entry.insert(entry.end(), more.begin(), more.end());
    return refusal(
        [&] {
          static_cast<void>(read({{key, sequence_of_texts({entry})}})->prepare(plan(stimuli_)));
        },
        ErrorKind::data);
  };
  EXPECT_THAT(refused("observers", {6, 1}, {0, 1, 1, 2, 1, 1}),
              HasSubstr("expected 1 for right or 0 for wrong"));
  EXPECT_THAT(refused("observers", {6, 1}, {0, 1, 1, 3, 1, 1}, {{"answers", "choices"}}),
              HasSubstr("a choice from 0 to 2"));
  EXPECT_THAT(refused("observers", {6, 2, 1}, std::vector<double>(12, 1.0)),
              HasSubstr("[stimulus, observer]"));
  EXPECT_THAT(refused("observers", {2, 6}, std::vector<double>(12, 1.0)), HasSubstr("6"));
  EXPECT_THAT(refused("i2n", {6, 2}, std::vector<double>(12, 0.5)),
              HasSubstr("against 2 objects; expected 3"));
  EXPECT_THAT(refused("i2n", {6, 3}, std::vector<double>(18, 1.5)), HasSubstr("expected 0 to 1"));
}

TEST_F(Behaviour, RefusesStimuliWithoutLabelsAndBadCategories) {
  const test::FakeStimuli unlabelled = labelled({0, std::nullopt, 1});
  EXPECT_THAT(refusal([&] { static_cast<void>(read({})->prepare(plan(unlabelled))); }),
              HasSubstr("stimulus '1' has no label"));
  const test::FakeStimuli beyond = labelled({0, 3, 1});
  EXPECT_THAT(refusal([&] { static_cast<void>(read({})->prepare(plan(beyond))); }),
              HasSubstr("label 3; expected a class from 0 to 2"));
  const auto with_categories = [&](const std::string& text) {
    std::ofstream(folder_ + "/categories.csv") << text;
    Parameter categories = mapping_of_texts({{"file", folder_ + "/categories.csv"}});
    return [this, categories] {
      static_cast<void>(read({{"categories", categories}})->prepare(plan(stimuli_)));
    };
  };
  EXPECT_THAT(refusal(with_categories("0\n1\n"), ErrorKind::data), HasSubstr("has 2 numbers"));
  EXPECT_THAT(refusal(with_categories("0\n1\n1.5\n"), ErrorKind::data), HasSubstr("1.5"));
  EXPECT_THAT(refusal(with_categories("0\n-1\n1\n")), HasSubstr("a class without category"));
  EXPECT_THAT(refusal(with_categories("-1\n-1\n-1\n")), HasSubstr("a class without category"));
}

TEST_F(Behaviour, OfNothingIsUndefined) {
  const BehaviourResult result = compute_behaviour({}, {}, {}, {});
  EXPECT_TRUE(std::isnan(result.accuracy[0].value));
  EXPECT_TRUE(std::isnan(result.networks.kappa));
}

}  // namespace
}  // namespace homolog::experiments::behaviour_test
