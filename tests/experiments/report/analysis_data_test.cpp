// What the page gets of the analyses variance, fusion, predictivity, behaviour, rsa_time and codes: the
// numbers of the file (tests/support/sample_analyses.hpp says them), nothing of datasets that do not fit, and
// a bounded size.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/group_data.hpp"
#include "experiments/report/page_data.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/sample_results.hpp"

namespace homolog::experiments::report::analysis_data_test {
namespace {

using nlohmann::json;

json data_of(const test::SampleResults& sample, const std::string& folder) {
  const std::string path = test::fresh_folder(folder) + "/results.h5";
  test::write_sample_results(path, sample);
  // As a page reads it: NaN is null.
  return json::parse(page_data(ResultsReader(path)).dump());
}

json whole() {
  test::SampleResults sample;
  sample.analyses = true;
  return data_of(sample, "analyses_whole");
}

/// Of a run with these groups.
json data_of_groups(std::vector<std::pair<std::string, test::Datasets>> groups, const std::string& folder) {
  test::SampleResults sample;
  sample.layers = sample.stimuli = 1;
  sample.groups = std::move(groups);
  return data_of(sample, folder);
}

TEST(AnalysisData, NothingIsNull) {
  const json data = data_of({}, "analyses_none");
  for (const char* key : {"variance", "fusion", "predictivity", "behaviour", "codes"}) {
    EXPECT_TRUE(data[key].is_null()) << key;
  }
}

TEST(AnalysisData, VarianceHasAPanelForEachReference) {
  const json variance = whole()["variance"];
  ASSERT_EQ(variance["panels"].size(), 2U);
  EXPECT_EQ(variance["left_out"], 0);
  EXPECT_EQ(variance["layers_left_out"], 0);
  const json& panel = variance["panels"][1];
  EXPECT_EQ(panel["reference"], "V4");
  EXPECT_EQ(panel["layers"], json({"relu0", "relu1", "relu2", "relu3"}));
  EXPECT_EQ(panel["subsets"][2]["members"], json({0, 1}));
  EXPECT_EQ(panel["parts"][0]["values"], json({0.0, 0.01, 0.02, 0.03}));
  EXPECT_EQ(panel["parts"][2]["values"], json({0.2, 0.2, 0.2, -0.1}));
  EXPECT_EQ(panel["parts"][2]["low"], json({0.15, 0.15, 0.15, -0.15}));
  EXPECT_EQ(panel["r_squared"]["values"], json({0.22, 0.23, 0.24, -0.05}));
  EXPECT_EQ(panel["adjusted"][0], 0.01);
  EXPECT_EQ(panel["partial"][1]["values"][3], -0.2);
}

TEST(AnalysisData, FusionHasCoursesAndPeaksOfAllTimes) {
  const json fusion = whole()["fusion"];
  ASSERT_EQ(fusion["entries"].size(), 2U);
  const json& first = fusion["entries"][0];
  EXPECT_EQ(first["first"], "MEG");
  EXPECT_EQ(first["unit"], "ms");
  EXPECT_EQ(first["times"].size(), 101U);
  // The bump is at 150 ms, the 21st time.
  EXPECT_EQ(first["correlation"]["peak"]["time"], 150.0);
  EXPECT_EQ(first["correlation"]["peak"]["values"], json({0.4}));
  EXPECT_EQ(first["correlation"]["peak"]["p_fdr"], json({0.01}));
  EXPECT_EQ(first["correlation"]["values"][20], 0.4);
  ASSERT_EQ(first["models"].size(), 8U);
  EXPECT_EQ(first["models"][5]["layer"], "relu1");
  EXPECT_EQ(first["models"][5]["code"], "count");
  EXPECT_EQ(first["models"][5]["commonality"]["peak"]["values"], json({0.15}));
  EXPECT_EQ(fusion["entries"][1]["control"], json({"pixels"}));
}

TEST(AnalysisData, PredictivityHasTheRowsOfEachSetOfResponses) {
  const json targets = whole()["predictivity"]["targets"];
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0]["method"], "pls 25");
  EXPECT_EQ(targets[0]["ceiling"], 0.64);
  EXPECT_TRUE(targets[1]["ceiling"].is_null());
  ASSERT_EQ(targets[0]["rows"].size(), 8U);
  const json& row = targets[0]["rows"][3];
  EXPECT_EQ(row["layer"], "relu1");
  EXPECT_EQ(row["code"], "count");
  EXPECT_EQ(row["score"], 0.25);
  EXPECT_EQ(row["low"], 0.22);
  EXPECT_EQ(row["r"], 0.3125);  // 0.25 / sqrt(0.64)
}

TEST(AnalysisData, BehaviourThinsOutManyObservers) {
  const json entry = whole()["behaviour"]["entries"][0];
  EXPECT_EQ(entry["accuracy"]["values"], json({0.95, 0.94}));
  EXPECT_EQ(entry["accuracy_difference"]["low"], json({-0.06}));
  ASSERT_EQ(entry["observers"].size(), 2U);
  const json& monkeys = entry["observers"][1];
  EXPECT_EQ(monkeys["kappa"]["values"], json({0.1, 0.15}));
  EXPECT_EQ(monkeys["kappa_error"], json({0.03, 0.04}));
  EXPECT_EQ(monkeys["between"]["high"], json({0.55}));
  EXPECT_EQ(monkeys["difference"]["values"], json({0.05}));
  EXPECT_EQ(monkeys["count"], 500);
  // Every third of 500: numbers 0, 3, ... 498. Of the second network number 3 k is that of place 500 + 3 k.
  ASSERT_EQ(monkeys["accuracy"].size(), 167U);
  EXPECT_EQ(monkeys["accuracy"][1], 0.7012);
  ASSERT_EQ(monkeys["kappas"][1].size(), 167U);
  EXPECT_EQ(monkeys["kappas"][1][0], rounded(0.1 + 0.3 * (500 % 7) / 7.0));
  EXPECT_EQ(entry["i2n"][0]["reliability"]["values"], json({0.64}));
  EXPECT_EQ(entry["i2n"][0]["corrected"]["values"], json({0.5, 0.525}));
}

TEST(AnalysisData, EveryEntryOfCodesIsThere) {
  const json codes = whole()["codes"];
  ASSERT_EQ(codes.size(), 2U);
  EXPECT_EQ(codes[0]["group"], "codes");
  EXPECT_EQ(codes[0]["all"], 2);
  EXPECT_EQ(codes[0]["rows"][0]["steps"], 8);
  EXPECT_EQ(codes[0]["rows"][1]["windowed"], true);
  EXPECT_TRUE(codes[0]["rows"][1]["steps_needed"].is_null());
  EXPECT_EQ(codes[1]["group"], "codes_2");
  EXPECT_EQ(codes[1]["rows"][0]["accuracy"], 0.95);
}

TEST(AnalysisData, DatasetsThatDoNotFitAreLeftOut) {
  test::SampleResults sample;
  sample.analyses = true;
  sample.spoilt = test::Spoilt::extents;
  const json data = data_of(sample, "analyses_extents");
  EXPECT_TRUE(data["variance"].is_null());
  // The course of correlations still has as many numbers as there are times.
  EXPECT_TRUE(data["fusion"]["entries"][0]["models"].empty());
  EXPECT_TRUE(data["predictivity"].is_null());
  EXPECT_TRUE(data["behaviour"]["entries"][0]["accuracy"].is_null());

  sample.spoilt = test::Spoilt::nan;
  const json nothing = data_of(sample, "analyses_nan");
  EXPECT_EQ(nothing["variance"]["panels"][0]["r_squared"]["values"],
            json({nullptr, nullptr, nullptr, nullptr}));
  EXPECT_TRUE(nothing["fusion"]["entries"][0]["correlation"]["peak"].is_null());
  EXPECT_TRUE(nothing["predictivity"]["targets"][0]["rows"][0]["score"].is_null());
}

TEST(AnalysisData, SubsetsInAnotherOrderAreNotTakenForOurs) {
  test::Datasets datasets = test::sample_variance({"a", "b"});
  for (auto& dataset : datasets) {
    if (dataset.name == "members") {
      dataset.values = std::vector<std::int64_t>{1, 1, 1, 0, 0, 1};
    }
  }
  EXPECT_TRUE(data_of_groups({{"variance", datasets}}, "analyses_members")["variance"].is_null());
}

TEST(AnalysisData, LongCoursesAreThinnedOutAndKeepTheirPeaks) {
  // 2101 times, every fifth of which is drawn; at 10 ms apart from -50 ms the bump at 150 ms is number 20,
  // which is drawn, so it is moved on by one time.
  test::Datasets datasets = test::sample_fusion({"a"}, {"float"}, 2101);
  for (auto& dataset : datasets) {
    if (dataset.name == "time") {
      for (double& time : std::get<test::Numbers>(dataset.values)) {
        time -= 10.0;
      }
    } else if (auto* numbers = std::get_if<test::Numbers>(&dataset.values)) {
      numbers->insert(numbers->begin(), 0.0);
      numbers->pop_back();
    }
  }
  const json entry = data_of_groups({{"fusion", datasets}}, "analyses_long")["fusion"]["entries"][0];
  EXPECT_EQ(entry["all_times"], 2101);
  EXPECT_EQ(entry["times"].size(), 421U);
  EXPECT_EQ(entry["times"][1], -10.0);
  EXPECT_EQ(entry["correlation"]["values"].size(), 421U);
  EXPECT_LT(entry["correlation"]["values"][4], 0.4);
  EXPECT_EQ(entry["correlation"]["peak"]["time"], 150.0);
  EXPECT_EQ(entry["correlation"]["peak"]["values"], json({0.4}));
}

TEST(AnalysisData, WhatDoesNotFitIsCounted) {
  test::Texts many, codes, names;
  for (std::size_t k = 0; k < 700; ++k) {
    many.push_back("model" + std::to_string(k));
    codes.emplace_back("float");
  }
  // 30,000 values of courses: 285 models of 105 times, and 415 left.
  const json fusion =
      data_of_groups({{"fusion", test::sample_fusion(many, codes, 105)}}, "analyses_fusion")["fusion"];
  EXPECT_EQ(fusion["entries"][0]["models"].size(), 285U);
  EXPECT_EQ(fusion["left_out"], 415);

  // 500 layers of a reference, each with 3 subsets, 2 correlations of 2 sets and 2 numbers: 4,500 of 10,000.
  const json variance =
      data_of_groups({{"variance", test::sample_variance(many)}, {"variance_2", test::sample_variance(many)}},
                     "analyses_variance")["variance"];
  EXPECT_EQ(variance["panels"].size(), 2U);
  EXPECT_EQ(variance["panels"][0]["layers"].size(), 500U);
  EXPECT_EQ(variance["left_out"], 2);
  EXPECT_EQ(variance["layers_left_out"], 200);

  // 2,800 rows of 5,000 in each.
  const json predictivity = data_of_groups({{"predictivity", test::sample_predictivity(many)},
                                            {"predictivity_2", test::sample_predictivity(many)}},
                                           "analyses_predictivity")["predictivity"];
  EXPECT_EQ(predictivity["left_out"], 600);
}

TEST(AnalysisData, PredictivityHasPanelsForSomeSetsOfResponses) {
  // Rows alternate between 2 sets of responses in each of 26 groups: 50 sets have panels, those of 25 groups.
  std::vector<std::pair<std::string, test::Datasets>> groups;
  for (std::size_t k = 1; k <= 26; ++k) {
    groups.emplace_back(k == 1 ? "predictivity" : "predictivity_" + std::to_string(k),
                        test::sample_predictivity({"a", "b"}));
  }
  const json predictivity = data_of_groups(groups, "analyses_targets")["predictivity"];
  EXPECT_EQ(predictivity["targets"].size(), 50U);
  EXPECT_EQ(predictivity["left_out"], 8);  // 2 layers, 2 codes and 2 sets of responses
}

TEST(AnalysisData, CoursesThatDoNotFitAreCounted) {
  const std::size_t times = 600;
  const std::size_t comparisons = 20;
  test::Numbers ms, values;
  test::Texts compare;
  for (std::size_t t = 0; t < times; ++t) {
    ms.push_back(static_cast<double>(t));
  }
  for (std::size_t k = 0; k < comparisons; ++k) {
    compare.push_back("comparison" + std::to_string(k));
    for (std::size_t t = 0; t < 10 * times; ++t) {
      values.push_back(t % times == 301 ? 0.5 : 0.25);
    }
  }
  const json time = data_of_groups(
      {{"rsa_time",
        {{.name = "layers", .values = test::Texts{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}},
         {.name = "compare", .values = compare},
         {.name = "ms", .values = ms},
         {.name = "course_reference", .values = test::Texts{"IT"}},
         {.name = "value", .values = values, .extents = {1, comparisons, 10, times}}}}},
      "analyses_courses")["time"];
  // 300 of 600 times, so 3,000 values a panel, of 30,000.
  ASSERT_EQ(time["panels"].size(), 10U);
  EXPECT_EQ(time["panels_left_out"], 10);
  EXPECT_EQ(time["panels"][0]["times"].size(), 300U);
  EXPECT_EQ(time["panels"][0]["all_times"], 600);
  EXPECT_EQ(time["panels"][0]["series"][9]["values"], json(std::vector<double>(300, 0.25)));
  EXPECT_EQ(time["panels"][0]["series"][9]["highest"], 0.5);
}

TEST(AnalysisData, MatricesSayWhichCellsAreSure) {
  test::SampleResults sample;
  sample.everything = true;
  const json matrix = data_of(sample, "analyses_matrix")["time"]["matrices"][0];
  // 0.05, 0.04, 0.009, 0.0005, none, 0.9 as steps 1, 2, 3, 4, 0, 1.
  EXPECT_EQ(matrix["p_fdr"], "AQIDBAAB");
}

TEST(AnalysisData, PairsOfLayersAreListedByCourse) {
  test::SampleResults sample;
  sample.everything = true;
  const json found = data_of(sample, "analyses_latencies")["latency_differences"];
  ASSERT_EQ(found["courses"].size(), 1U);
  EXPECT_EQ(found["left_out"], 0);
  const json& course = found["courses"][0];
  EXPECT_EQ(course["title"], "MEG at 100 ms");
  EXPECT_EQ(course["latency"], "peak");
  EXPECT_EQ(course["layers"], json({"relu0", "relu1", "relu2", "relu3"}));
  ASSERT_EQ(course["pairs"].size(), 6U);
  EXPECT_EQ(course["pairs"][2]["a"], 0);
  EXPECT_EQ(course["pairs"][2]["b"], 3);
  EXPECT_EQ(course["pairs"][2]["difference"], -12.0);
  EXPECT_EQ(course["pairs"][2]["high"], -9.0);
  EXPECT_EQ(course["pairs"][2]["p_fdr"], 0.01);
  EXPECT_EQ(course["pairs"][2]["undefined_draws"], 3);
}

TEST(AnalysisData, PairsOfLayersThatDoNotFitAreCountedAndBrokenTablesLeftOut) {
  const std::size_t rows = 20'010;
  const auto table = [](std::size_t count) {
    const test::Texts text(count, "x");
    const test::Numbers number(count, 1.0);
    return test::Datasets{{.name = "reference", .values = text},
                          {.name = "kind", .values = text},
                          {.name = "reference_ms", .values = number},
                          {.name = "compare", .values = text},
                          {.name = "latency", .values = text},
                          {.name = "unit", .values = text},
                          {.name = "layer_a", .values = text},
                          {.name = "layer_b", .values = text},
                          {.name = "difference", .values = number},
                          {.name = "ci_low", .values = number},
                          {.name = "ci_high", .values = number},
                          {.name = "p", .values = number},
                          {.name = "p_fdr", .values = number},
                          {.name = "undefined_draws", .values = std::vector<std::int64_t>(count, 0)}};
  };
  const json many = data_of_groups({{"rsa_time_differences", table(rows)}}, "analyses_many_pairs");
  EXPECT_EQ(many["latency_differences"]["left_out"], 10);
  EXPECT_EQ(many["latency_differences"]["courses"][0]["pairs"].size(), 20'000U);
  for (std::size_t missing = 0; missing < table(3).size(); ++missing) {
    test::Datasets broken = table(3);
    broken[missing].name = "other";
    EXPECT_TRUE(
        data_of_groups({{"rsa_time_differences", broken}}, "analyses_broken_pairs")["latency_differences"]
            .is_null())
        << missing;
  }
}

TEST(AnalysisData, RowsOfRsaThatDoNotFitAreCounted) {
  const std::string path = test::fresh_folder("analyses_rsa") + "/results.h5";
  test::SampleResults sample;
  sample.rsa = false;
  sample.further_rsa_rows = 10'007;
  test::write_sample_results(path, sample);
  const json data = json::parse(page_data(ResultsReader(path)).dump());
  EXPECT_EQ(data["rsa"].size(), 10'000U);
  EXPECT_EQ(data["left_out"]["rsa"], 7);
  EXPECT_EQ(data["left_out"]["differences"], 0);
}

}  // namespace
}  // namespace homolog::experiments::report::analysis_data_test
