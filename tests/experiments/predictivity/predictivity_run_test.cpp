#include "experiments/predictivity/predictivity_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "experiments/predictivity/predictivity_table.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/rsa/support.hpp"
#include "tests/support/repeated_values.hpp"

namespace homolog::experiments::predictivity_run_test {
namespace {

using testing::HasSubstr;

constexpr std::size_t kStimuli = 40;
constexpr std::size_t kLayerUnits = 30;

/// 40 stimuli, two layers: "relu1" (float) says all about the responses, "relu2" (float) nothing.
class PredictivityRun : public testing::Test {
 protected:
  PredictivityRun()
      : representations_(static_cast<std::int64_t>(kStimuli)),
        stimuli_(test::grey_images(static_cast<std::int64_t>(kStimuli), 2, 2,
                                   [](std::int64_t i, std::int64_t, std::int64_t) { return i; })) {
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    const auto layer = [&] {
      std::vector<float> values;
      for (std::size_t k = 0; k < kStimuli * kLayerUnits; ++k) {
        values.push_back(static_cast<float>(normal(random)));
      }
      return values;
    };
    const std::vector<float> told = layer();
    representations_.add("relu1", "float", told);
    representations_.add("relu2", "float", layer());
    target_.responses = {.stimuli = kStimuli, .repetitions = 4, .units = 5};
    for (std::size_t i = 0; i < kStimuli; ++i) {
      for (std::size_t r = 0; r < 4; ++r) {
        for (std::size_t u = 0; u < 5; ++u) {
          // Each unit follows one of the layer's, with a little noise.
          target_.responses.values.push_back(10.0 * told[i * kLayerUnits + u] + 0.1 * normal(random));
        }
      }
    }
    target_.name = "IT";
    settings_ = {.layers = {"relu1", "relu2"},
                 .codes = {"float"},
                 .regression = {.method = "ridge", .alpha = 0.01},
                 .splits = {.splits = 10, .train = 0.9, .seed = 1}};
    inputs_ = {.representations = &representations_,
               .stimuli = &stimuli_,
               .warn = [this](const std::string& line) { warnings_ += line + "\n"; }};
  }
  void set(std::size_t stimulus, std::size_t unit, double value) {
    for (std::size_t r = 0; r < 4; ++r) {
      target_.responses.values[(stimulus * 4 + r) * 5 + unit] = value;
    }
  }
  [[nodiscard]] PredictivityResult compute() const {
    return compute_predictivity(settings_, {target_}, inputs_);
  }

  test::FakeRepresentations representations_;
  test::FakeStimuli stimuli_;
  Target target_{};
  PredictivitySettings settings_{};
  AnalysisInputs inputs_{};
  std::string warnings_{};
};

// 30 of 36 degrees of freedom go into the fit of what is noiseless but for 1 %.
TEST_F(PredictivityRun, ALayerThatHasTheResponsesPredictsThem) {
  const PredictivityResult result = compute();
  ASSERT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0].layer, "relu1");
  EXPECT_GT(result.rows[0].scores.score.mean, 0.99);
  EXPECT_LT(std::abs(result.rows[1].scores.score.mean),
            0.5);  // 4 held out: r of chance, averaged over splits
  EXPECT_EQ(result.rows[0].undefined, 0U);
  EXPECT_GT(result.targets[0].ceiling.score.mean, 0.999);
  EXPECT_EQ(warnings_, "");
}

TEST_F(PredictivityRun, IsTheSameForAnyNumberOfThreads) {
  settings_.regression = {.method = "pls", .components = 3};
  const PredictivityResult one = compute();
  inputs_.threads = 4;
  const PredictivityResult four = compute();
  for (std::size_t k = 0; k < one.rows.size(); ++k) {
    EXPECT_EQ(one.rows[k].scores.per_unit, four.rows[k].scores.per_unit);
    EXPECT_EQ(one.rows[k].components, std::vector<std::size_t>(10, 3));
  }
}

// Presentation r n + i is repetition r of stimulus i; a stimulus' pattern is the mean over its repetitions.
TEST_F(PredictivityRun, PredictsFromTheMeanOverRepetitions) {
  std::mt19937 random(3);
  const test::RepeatedValues values = test::repeated_values(kStimuli * kLayerUnits, random);
  test::FakeRepresentations once(static_cast<std::int64_t>(kStimuli));
  test::FakeRepresentations repeated(2 * static_cast<std::int64_t>(kStimuli));
  once.add("relu1", "float", values.mean);
  repeated.add("relu1", "float", values.twice);
  settings_.layers = {"relu1"};
  for (const std::string projection : {"none", "sparse_random"}) {
    settings_.projection = {.kind = projection, .components = 50, .seed = 1};
    inputs_.representations = &once;
    inputs_.repetitions = 1;
    const PredictivityResult expected = compute();
    inputs_.representations = &repeated;
    inputs_.repetitions = 2;
    const PredictivityResult got = compute();
    EXPECT_EQ(got.rows[0].scores.per_unit, expected.rows[0].scores.per_unit) << projection;
    EXPECT_EQ(got.rows[0].score.ci_low, expected.rows[0].score.ci_low);
    EXPECT_FALSE(std::isnan(got.rows[0].score.ci_low));
  }
}

TEST_F(PredictivityRun, HasAnIntervalOverUnitsUnlessThereIsOne) {
  const PredictivityResult five = compute();
  EXPECT_EQ(five.rows[0].score.value, five.rows[0].scores.score.mean);
  EXPECT_LT(five.rows[0].score.ci_low, five.rows[0].score.value);
  EXPECT_GT(five.rows[0].score.ci_high, five.rows[0].score.value);
  std::vector<double> first;
  for (std::size_t k = 0; k < target_.responses.values.size(); k += 5) {
    first.push_back(target_.responses.values[k]);
  }
  target_.responses.units = 1;
  target_.responses.values = first;
  const PredictivityResult one = compute();
  EXPECT_TRUE(std::isnan(one.rows[0].score.ci_low));
  EXPECT_THAT(warnings_, HasSubstr("one unit cannot be drawn from"));
  const auto json = nlohmann::json::parse(predictivity_json(settings_, one));
  EXPECT_TRUE(json["rows"][0]["score_ci_low"].is_null());
}

TEST_F(PredictivityRun, LeavesOutUnitsThatMissAStimulusAndCountsThem) {
  const PredictivityResult whole = compute();
  set(7, 1, kNaN);
  const PredictivityResult result = compute();
  EXPECT_TRUE(std::isnan(result.rows[0].scores.per_unit[1]));
  EXPECT_EQ(result.rows[0].undefined, 1U);
  EXPECT_EQ(result.targets[0].incomplete, 1U);
  EXPECT_THAT(warnings_, HasSubstr("responses 'IT': 1 of 5 units have no response to some stimulus"));
  // Ridge fits units one by one: the others stay. Eigen groups columns by four: the last bits may move.
  EXPECT_NEAR(result.rows[0].scores.per_unit[4], whole.rows[0].scores.per_unit[4], 1e-12);
}

TEST_F(PredictivityRun, UnitsWithoutVarianceHaveNoScoreAndNoCeiling) {
  for (std::size_t i = 0; i < kStimuli; ++i) {
    set(i, 2, 3.0);
  }
  const PredictivityResult result = compute();
  EXPECT_TRUE(std::isnan(result.rows[0].scores.per_unit[2]));
  EXPECT_EQ(result.targets[0].constant, 1U);
  EXPECT_EQ(result.targets[0].without_ceiling, 1U);
  EXPECT_GT(result.rows[0].scores.score.mean, 0.99);
  EXPECT_THAT(warnings_, HasSubstr("1 of 5 units respond alike to all stimuli"));
}

TEST_F(PredictivityRun, WithoutAnyUsableUnitIsUndefined) {
  for (std::size_t u = 0; u < 5; ++u) {
    set(3, u, kNaN);
  }
  const PredictivityResult result = compute();
  EXPECT_TRUE(std::isnan(result.rows[0].scores.score.mean));
  EXPECT_EQ(result.rows[0].undefined, 5U);
}

TEST_F(PredictivityRun, OnePresentationHasNoCeiling) {
  target_.responses = {.stimuli = kStimuli, .repetitions = 1, .units = 1};
  for (std::size_t i = 0; i < kStimuli; ++i) {
    target_.responses.values.push_back(static_cast<double>(i * i % 7));
  }
  const PredictivityResult result = compute();
  EXPECT_TRUE(std::isnan(result.targets[0].ceiling.score.mean));
  EXPECT_THAT(warnings_, HasSubstr("there is no ceiling"));
  const auto json = nlohmann::json::parse(predictivity_json(settings_, result));
  EXPECT_TRUE(json["rows"][0]["r_over_sqrt_ceiling"].is_null());
  EXPECT_FALSE(json["rows"][0]["score"].is_null());
  EXPECT_THAT(predictivity_text(settings_, result), HasSubstr("n/a"));
}

TEST_F(PredictivityRun, AConstantLayerIsUndefined) {
  representations_.add("relu3", "float", std::vector<float>(kStimuli * kLayerUnits, 0.0F));
  settings_.layers = {"relu3"};
  for (const std::string& method : regression_methods()) {
    settings_.regression = {.method = method, .alphas = logarithmic_alphas()};
    const PredictivityResult result = compute();
    EXPECT_TRUE(std::isnan(result.rows[0].scores.score.mean)) << method;
    EXPECT_EQ(result.rows[0].undefined, 5U);
  }
}

// A projection onto as many directions keeps what 30 units say; onto one direction it does not.
TEST_F(PredictivityRun, ProjectionsReduceTheLayer) {
  settings_.projection = {.kind = "sparse_random", .components = 400, .seed = 1};
  EXPECT_GT(compute().rows[0].scores.score.mean, 0.95);
  settings_.projection.components = 1;
  EXPECT_LT(compute().rows[0].scores.score.mean, 0.7);
  settings_.projection = {.kind = "pca", .components = 36};
  EXPECT_GT(compute().rows[0].scores.score.mean, 0.99);
  settings_.projection.components = 1;
  EXPECT_LT(compute().rows[0].scores.score.mean, 0.7);
}

TEST_F(PredictivityRun, StratifyingNeedsLabels) {
  settings_.stratify = true;
  try {
    static_cast<void>(compute());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_THAT(error.what(), HasSubstr("stimulus '0' has no label to stratify by"));
  }
}

TEST_F(PredictivityRun, StopsWhenTheUserWantsIt) {
  inputs_.progress = [](double share) {
    if (share > 0.6) {
      throw Error(ErrorKind::interrupted, "interrupted");
    }
  };
  EXPECT_THROW(static_cast<void>(compute()), Error);
}

TEST_F(PredictivityRun, TablesKeepScoresCeilingsAndConventionsApart) {
  const PredictivityResult result = compute();
  const std::vector<ResultDataset> datasets = predictivity_datasets(settings_, result);
  const auto named = [&](const std::string& name) {
    const auto found = std::find_if(datasets.begin(), datasets.end(),
                                    [&](const ResultDataset& d) { return d.name == name; });
    EXPECT_NE(found, datasets.end()) << name;
    return *found;
  };
  const auto value = [&](const std::string& name) {
    return std::get<std::vector<double>>(named(name).values).at(0);
  };
  EXPECT_DOUBLE_EQ(value("r_squared_over_ceiling"), value("score") * value("score") / value("ceiling"));
  EXPECT_DOUBLE_EQ(value("r_over_sqrt_ceiling"), value("score") / std::sqrt(value("ceiling")));
  EXPECT_LT(value("score_ci_low"), value("score"));
  EXPECT_GT(value("score_ci_high"), value("score"));
  EXPECT_GT(value("score_units_error"), 0.0);
  EXPECT_THAT(named("score_ci_low").attributes.at(0).second, HasSubstr("95 % interval over new units"));
  EXPECT_EQ(named("unit_r.IT").extents, (std::vector<std::size_t>{2, 5}));
  EXPECT_EQ(named("split_score").extents, (std::vector<std::size_t>{2, 10}));
  EXPECT_EQ(named("held_out").extents, (std::vector<std::size_t>{10, kStimuli}));
  EXPECT_THAT(named("r_squared_over_ceiling").attributes.at(0).second, HasSubstr("since January 2026"));
  EXPECT_EQ(std::get<std::vector<double>>(named("unit_ceiling.IT").values).size(), 5U);
  const std::string text = predictivity_text(settings_, result);
  EXPECT_THAT(text, HasSubstr("relu1"));
  EXPECT_THAT(text, HasSubstr("ridge, alpha 0.01"));
}

}  // namespace
}  // namespace homolog::experiments::predictivity_run_test
