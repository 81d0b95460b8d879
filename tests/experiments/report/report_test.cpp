#include "experiments/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/error.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/sample_results.hpp"

namespace homolog::experiments::report_test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Writes the sample and its report; returns the page.
std::string page_of(const test::SampleResults& sample, const std::string& folder) {
  const std::string path = test::fresh_folder(folder);
  test::write_sample_results(path + "/results.h5", sample);
  write_report(path + "/results.h5", path + "/report.html");
  EXPECT_FALSE(std::filesystem::exists(path + "/report.html.part"));
  return text_of(path + "/report.html");
}

nlohmann::json data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t first = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(first, page.find("</script>", first) - first));
}

TEST(Report, ThePageHoldsD3AndForbidsTheNetwork) {
  const std::string page = page_of({}, "report_whole");
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy\" content=\"default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("https://d3js.org v5"));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(Report, TheDataAreThoseOfTheFile) {
  const nlohmann::json data = data_of(page_of({}, "report_data"));
  EXPECT_EQ(data["name"], "sample");
  EXPECT_EQ(data["seed"], "18446744073709551615");
  EXPECT_EQ(data["stimuli"]["count"], 20);
  EXPECT_EQ(data["stimuli"]["labelled"], 20);
  EXPECT_EQ(data["accuracy"]["float"], 0.95);
  EXPECT_EQ(data["accuracy"]["spiking"]["values"].size(), 32U);
  EXPECT_EQ(data["layers"].size(), 4U);
  EXPECT_EQ(data["conversion"].size(), 8U);
  EXPECT_EQ(data["conversion"][1]["int8"], false);
  EXPECT_EQ(data["conversion"][3]["int8"], true);
  EXPECT_EQ(data["conversion"][3]["weight_snr_db"], 41.0);
  EXPECT_EQ(data["rdms"]["layers"].size(), 4U);
  EXPECT_EQ(data["rdms"]["references"].size(), 2U);
  EXPECT_EQ(data["rsa"].size(), 16U);
  EXPECT_EQ(data["totals"]["macs"], 2'000'000);
  // Sum over stimuli k = 0 ... 19 of 100000 + k.
  EXPECT_EQ(data["totals"]["synaptic_operations"], 20 * 100'000 + 190);
}

TEST(Report, TheRasterIsThatOfTheFirstStimulus) {
  const nlohmann::json raster = data_of(page_of({}, "report_raster"))["raster"];
  ASSERT_EQ(raster["panels"].size(), 4U);
  const SpikeTrain train = test::sample_train(1, 144, 0, 32);
  const nlohmann::json& panel = raster["panels"][1];
  EXPECT_EQ(panel["spikes"], train.ids.size());
  EXPECT_EQ(panel["rows"].size(), 60U);
  double sum = 0.0;
  for (const nlohmann::json& rate : panel["rate"]) {
    sum += rate.get<double>();
  }
  // Rates are sums of n / 144 in double.
  EXPECT_NEAR(sum * 144.0, static_cast<double>(train.ids.size()), 1e-9);
}

TEST(Report, NothingFromTheFileBecomesMarkup) {
  test::SampleResults sample;
  sample.name = "<script>reportError('name')</script>";
  sample.layer_prefix = "</script><img onerror=x>";
  for (char& c : sample.layer_prefix) {
    c = c == '/' ? '.' : c;  // layers are named without '/'
  }
  const std::string page = page_of(sample, "report_hostile");
  EXPECT_THAT(page, HasSubstr("<title>&lt;script&gt;reportError(&#39;name&#39;)&lt;/script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script>reportError")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_EQ(data_of(page)["name"], sample.name);
}

TEST(Report, WhatWasNotMeasuredIsNull) {
  test::SampleResults sample;
  sample.labels = sample.spikes = sample.rdms = sample.rsa = sample.conversion = false;
  const nlohmann::json data = data_of(page_of(sample, "report_bare"));
  EXPECT_TRUE(data["accuracy"]["float"].is_null());
  EXPECT_TRUE(data["accuracy"]["spiking"].is_null());
  EXPECT_EQ(data["accuracy"]["agreement"]["values"].size(), 32U);
  EXPECT_TRUE(data["raster"].is_null());
  EXPECT_TRUE(data["rdms"].is_null());
  EXPECT_TRUE(data["rsa"].empty());
  EXPECT_TRUE(data["differences"].empty());
  EXPECT_TRUE(data["maps"].is_null());
  EXPECT_TRUE(data["time"].is_null());
}

TEST(Report, NotANumberIsNull) {
  test::SampleResults sample;
  sample.nan = true;
  const nlohmann::json data = data_of(page_of(sample, "report_nan"));
  EXPECT_TRUE(data["rsa"][0]["value"].is_null());
  EXPECT_TRUE(data["rsa"][1]["value"].is_number());
}

TEST(Report, ModelsTestsAndDifferencesAreThoseOfTheFile) {
  test::SampleResults sample;
  sample.everything = true;
  const nlohmann::json data = data_of(page_of(sample, "report_everything"));
  ASSERT_EQ(data["rsa"].size(), 16U + 4U * 8U + 2U);
  const nlohmann::json& model = data["rsa"].back();
  EXPECT_EQ(model["layer"], "a model");
  EXPECT_EQ(model["code"], "model");
  EXPECT_EQ(model["value"], -0.05);
  EXPECT_EQ(model["standard_error"], 0.05);
  EXPECT_EQ(model["p_fdr"], 0.2);
  EXPECT_EQ(model["p_ceiling"], 0.02);
  EXPECT_TRUE(data["rsa"][0]["p_fdr"].is_null());
  ASSERT_EQ(data["differences"].size(), 1U);
  EXPECT_EQ(data["differences"][0]["layer_b"], "animacy");
  EXPECT_EQ(data["differences"][0]["difference"], -0.4);
  EXPECT_TRUE(data["differences"][0]["p_bonferroni"].is_null());
}

TEST(Report, MatricesAndMapsAreOfDistinctStimuli) {
  test::SampleResults sample;
  sample.everything = true;
  const nlohmann::json data = data_of(page_of(sample, "report_repeated"));
  EXPECT_EQ(data["stimuli"]["count"], 40);
  EXPECT_EQ(data["stimuli"]["distinct"], 20);
  EXPECT_EQ(data["rdms"]["n"], 20);
  EXPECT_EQ(data["rdms"]["models"].size(), 2U);
  const nlohmann::json& maps = data["maps"];
  EXPECT_EQ(maps["n"], 20);
  EXPECT_EQ(maps["all"], 20);
  EXPECT_EQ(maps["ids"].size(), 20U);
  EXPECT_EQ(maps["layers"].size(), 4U);
  EXPECT_EQ(maps["models"].size(), 2U);
  EXPECT_EQ(maps["references"].size(), 2U);
  // 20 points of two int16: 80 bytes, in base64 4 characters for every 3 bytes begun.
  EXPECT_EQ(maps["references"][0]["smacof"]["points"].get<std::string>().size(), 108U);
  EXPECT_EQ(maps["thumbnails"]["count"], 20);
  EXPECT_EQ(maps["thumbnails"]["channels"], 3);
  EXPECT_EQ(maps["thumbnails"]["pixels"].get<std::string>().size(), 20U * 4U * 6U * 3U / 3U * 4U);
}

TEST(Report, CoursesAndMatricesOverTimeAreThoseOfTheFile) {
  test::SampleResults sample;
  sample.everything = true;
  const nlohmann::json time = data_of(page_of(sample, "report_time"))["time"];
  ASSERT_EQ(time["panels"].size(), 2U);
  const nlohmann::json& panel = time["panels"][0];
  EXPECT_EQ(panel["title"], "MEG at 100 ms");
  EXPECT_EQ(panel["compare"], "spearman");
  EXPECT_EQ(panel["times"], nlohmann::json({4.0, 8.0, 12.0}));
  EXPECT_TRUE(panel["ceiling"].is_null());
  ASSERT_EQ(panel["series"].size(), 4U);
  EXPECT_EQ(panel["series"][2]["name"], "relu2");
  EXPECT_EQ(panel["series"][2]["values"], nlohmann::json({0.12, 0.32, 0.22}));
  EXPECT_TRUE(panel["series"][2]["p_fdr"][0].is_null());
  EXPECT_EQ(panel["series"][2]["p_fdr"][1], 0.01);
  EXPECT_EQ(panel["series"][2]["peak"], 8.0);
  EXPECT_TRUE(panel["series"][2]["onset"].is_null());
  EXPECT_EQ(time["panels"][1]["times"], nlohmann::json({100.0, 200.0}));
  EXPECT_TRUE(time["panels"][1]["series"][0]["low"].is_null());
  ASSERT_EQ(time["matrices"].size(), 4U);
  EXPECT_EQ(time["matrices"][1]["layer"], "relu1");
  EXPECT_EQ(time["matrices"][1]["high"], 1.0);
  // 0, 0.5, 0.25, 1 as shares of 254, nothing, 0: bytes 00 7F 40 FE FF 00.
  EXPECT_EQ(time["matrices"][1]["levels"], "AH9A/v8A");
  EXPECT_EQ(time["matrices"][1]["ci_low"]["low"], -0.25);
  EXPECT_EQ(time["matrices"][1]["ci_high"]["high"], 0.75);
  EXPECT_EQ(time["left_out"], 0);
  EXPECT_EQ(time["panels_left_out"], 0);
}

TEST(Report, MatricesThatAreNotFiniteHaveNoMap) {
  test::SampleResults sample;
  sample.nan = true;
  const nlohmann::json maps = data_of(page_of(sample, "report_no_map"))["maps"];
  EXPECT_TRUE(maps["layers"][0]["codes"][0]["smacof"].is_null());
  EXPECT_TRUE(maps["references"][0]["smacof"].is_object());
  EXPECT_TRUE(maps["thumbnails"].is_null());
}

TEST(Report, ManyStimuliAndLayersStayBelowThreeMegabytes) {
  test::SampleResults sample;
  sample.layers = 60;
  sample.stimuli = 170;
  sample.steps = 2;
  const std::string page = page_of(sample, "report_large");
  EXPECT_LT(page.size(), 3U << 20U);
  const nlohmann::json rdms = data_of(page)["rdms"];
  EXPECT_GT(rdms["block"], 1);
  EXPECT_EQ(rdms["side"], rdms["ids"].size());
}

TEST(Report, AMissingResultsFileIsADataError) {
  const std::string folder = test::fresh_folder("report_missing");
  try {
    write_report(folder + "/results.h5", folder + "/report.html");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(Report, AFolderThatIsNotThereIsAnOutputError) {
  const std::string folder = test::fresh_folder("report_output");
  test::write_sample_results(folder + "/results.h5");
  try {
    write_report(folder + "/results.h5", folder + "/none/report.html");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_EQ(error.where().file, folder + "/none/report.html");
  }
}

TEST(Report, AFolderInThePlaceOfThePageIsAnOutputErrorAndLeavesNothing) {
  const std::string folder = test::fresh_folder("report_in_place");
  test::write_sample_results(folder + "/results.h5");
  std::filesystem::create_directories(folder + "/report.html/inside");
  EXPECT_THROW(write_report(folder + "/results.h5", folder + "/report.html"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder + "/report.html.part"));
}

}  // namespace
}  // namespace homolog::experiments::report_test
