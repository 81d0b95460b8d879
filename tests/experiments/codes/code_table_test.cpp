#include "experiments/codes/code_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace homolog::experiments::code_table_test {
namespace {

using testing::HasSubstr;

VariantOutcome rate(std::vector<double> accuracy) {
  VariantOutcome outcome{.steps = static_cast<std::int64_t>(accuracy.size()),
                         .step_bits = std::log2(static_cast<double>(accuracy.size()) + 1.0),
                         .accuracy = std::move(accuracy),
                         .float_accuracy = 0.9,
                         .neurons = 100,
                         .spikes_per_image = 250.0,
                         .synaptic_operations_per_image = 2.0e6,
                         .analog_operations = 1000,
                         .macs = 4000000};
  outcome.agreement = outcome.accuracy;
  outcome.layers = {{.layer = "relu1", .relative_error = 0.1, .correlation = 0.99}};
  return outcome;
}

TEST(StepsNeeded, IsTheFirstFromWhichOnAPointAtMostIsLost) {
  EXPECT_EQ(steps_needed(rate({0.1, 0.5, 0.89, 0.91})), 3);
  EXPECT_EQ(steps_needed(rate({0.9, 0.9, 0.9})), 1);
  EXPECT_EQ(steps_needed(rate({0.95, 0.2, 0.88})), std::nullopt);  // never again
  EXPECT_EQ(steps_needed(rate({0.9, 0.2, 0.9, 0.9})), 3);          // an early hit does not count
}

TEST(StepsNeeded, OfACodeWithOneDecisionAreAllItsWindows) {
  VariantOutcome outcome = rate({0.9});
  outcome.windowed = true;
  outcome.steps = 6;
  EXPECT_EQ(steps_needed(outcome), 6);
  outcome.accuracy = {0.5};
  EXPECT_EQ(steps_needed(outcome), std::nullopt);
}

TEST(StepsNeeded, GoesByAgreementWhereThereAreNoLabels) {
  VariantOutcome outcome = rate({});
  outcome.agreement = {0.5, 0.985, 0.99};
  outcome.float_accuracy = std::nan("");
  EXPECT_EQ(steps_needed(outcome), 3);
}

// 15 steps: 4 bits; (0.2 / 4 + 0.03 / 2) pJ for a multiply-add.
TEST(Energy, IsThatOfAdditionsBesideAQuantisedRival) {
  const Energy energy = energy_of(rate(std::vector<double>(15, 0.9)));
  EXPECT_DOUBLE_EQ(energy.rival_bits, 4.0);
  EXPECT_NEAR(energy.spiking_pj, 0.9 * 2.0e6 + 4.6 * 1000, 1e-6);
  EXPECT_NEAR(energy.rival_pj, (0.05 + 0.015) * 4e6, 1e-6);
}

TEST(Energy, OfExactTimesStandsBesideTheFloatNetwork) {
  VariantOutcome outcome = rate({0.9});
  outcome.step_bits = 0.0;
  EXPECT_NEAR(energy_of(outcome).rival_pj, 4.6 * 4e6, 1e-6);
  EXPECT_DOUBLE_EQ(energy_of(outcome).rival_bits, 32.0);
}

TEST(CodeTable, DatasetsHaveOneRowPerVariant) {
  const std::vector<CodeRow> rows{{.label = "code=rate steps=2", .outcome = rate({0.5, 0.9})},
                                  {.label = "code=ttfs", .outcome = rate({0.9})}};
  const std::vector<ResultDataset> datasets = code_datasets(rows, false);
  const auto named = [&](const std::string& name) {
    return *std::find_if(datasets.begin(), datasets.end(),
                         [&](const ResultDataset& d) { return d.name == name; });
  };
  EXPECT_EQ(std::get<std::vector<std::string>>(named("settings").values).size(), 2U);
  EXPECT_EQ(named("accuracy").extents, (std::vector<std::size_t>{2, 2}));
  const auto accuracy = std::get<std::vector<double>>(named("accuracy").values);
  EXPECT_EQ(accuracy[0], 0.5);
  EXPECT_EQ(accuracy[2], 0.9);
  EXPECT_TRUE(std::isnan(accuracy[3]));  // filled up
  EXPECT_EQ(std::get<std::vector<double>>(named("spikes_per_neuron").values),
            (std::vector<double>{2.5, 2.5}));
  EXPECT_EQ(named("correlation").extents, (std::vector<std::size_t>{2, 1}));
}

TEST(CodeTable, JsonNamesTheAssumptionsOfEnergy) {
  const std::vector<CodeRow> rows{{.label = "code=rate steps=2", .outcome = rate({0.5, 0.9})}};
  const auto json = nlohmann::json::parse(code_json(rows, true));
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["settings"], "code=rate steps=2");
  EXPECT_EQ(json[0]["accuracy"], 0.9);
  EXPECT_EQ(json[0]["steps_needed"], 2);
  EXPECT_EQ(json[0]["layers"]["relu1"]["correlation"], 0.99);
  EXPECT_THAT(json[0]["energy"]["assumptions"].get<std::string>(), HasSubstr("memory traffic left out"));
  EXPECT_FALSE(nlohmann::json::parse(code_json(rows, false))[0].contains("energy"));
}

TEST(CodeTable, ATableForPeopleHasALineForEachVariant) {
  const std::vector<CodeRow> rows{{.label = "code=rate steps=2", .outcome = rate({0.5, 0.9})}};
  const std::string text = code_text(rows, true);
  EXPECT_THAT(text, HasSubstr("code=rate steps=2"));
  EXPECT_THAT(text, HasSubstr("90.00"));
  EXPECT_THAT(text, HasSubstr("memory traffic left out on both sides"));
}

}  // namespace
}  // namespace homolog::experiments::code_table_test
