#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "experiments/cli/model_summary.hpp"
#include "experiments/cli/run_cli.hpp"
#include "experiments/run/table.hpp"
#include "tests/support/paths.hpp"

namespace homolog::inspect_test {
namespace {

using namespace homolog::experiments;
namespace conversion = homolog::conversion;
using homolog::test::source_path;

std::string inspect(std::initializer_list<const char*> options) {
  const std::string model = source_path("configs/assets/mnist_lenet.onnx");
  std::vector<const char*> words{"inspect", model.c_str()};
  words.insert(words.end(), options);
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_cli(words, out, err), 0) << err.str();
  return out.str();
}

// LeNet of the quickstart: conv 5x5 1->16 on 28x28, pool 2, conv 5x5 16->32 on 12x12, pool 2, dense
// 512->128->10. Parameters and MACs from these numbers alone.
constexpr int kParameters = (25 * 16 + 16) + (25 * 16 * 32 + 32) + (512 * 128 + 128) + (128 * 10 + 10);
constexpr int kMacs = 25 * 16 * 24 * 24 + 25 * 16 * 32 * 8 * 8 + 512 * 128 + 128 * 10;
constexpr int kNeurons = 16 * 24 * 24 + 32 * 8 * 8 + 128;

TEST(Inspect, JsonHasTheNumbersOfTheArchitecture) {
  const auto document = nlohmann::json::parse(inspect({"--json"}));
  EXPECT_EQ(document.at("parameters"), kParameters);
  EXPECT_EQ(document.at("macs"), kMacs);
  EXPECT_EQ(document.at("neurons"), kNeurons);
  EXPECT_EQ(document.at("converts"), true);
  EXPECT_EQ(document.at("refusal"), "");
  EXPECT_EQ(document.at("inputs").at(0).at("shape"), (std::vector<int>{1, 28, 28}));
  EXPECT_EQ(document.at("outputs").at(0).at("shape"), std::vector<int>{10});
  EXPECT_EQ(document.at("sha256").get<std::string>().size(), 64U);
  const auto& first = document.at("layers").at(0);
  EXPECT_EQ(first.at("operator"), "Conv");
  EXPECT_EQ(first.at("shape"), (std::vector<int>{16, 24, 24}));
  EXPECT_EQ(first.at("rf_size"), (std::vector<int>{5, 5}));
  EXPECT_EQ(first.at("rf_stride"), (std::vector<int>{1, 1}));
}

TEST(Inspect, TheTableHasALinePerLayerAndTotals) {
  const std::string table = inspect({});
  EXPECT_NE(table.find("relu1"), std::string::npos);
  EXPECT_NE(table.find("1x28x28"), std::string::npos);
  EXPECT_NE(table.find(grouped(kParameters) + " parameters, " + grouped(kMacs) + " MACs per image\n"),
            std::string::npos);
  EXPECT_NE(table.find("converts to " + grouped(kNeurons) + " neurons"), std::string::npos);
}

/// Max pooling of values that may be negative, which convert() refuses.
conversion::FloatGraph graph_that_does_not_convert() {
  conversion::FloatGraph graph;
  graph.file = "made.onnx";
  graph.tensors = {{"image", {1, 2, 2}}, {"conv", {1, 2, 2}}, {"pool", {1, 1, 1}}, {"scores", {1}}};
  conversion::Convolution conv;
  conv.in_channels = conv.out_channels = 1;
  conv.weights = {-1.0F};
  conv.bias = {0.5F};
  conversion::MaxPool pool;
  pool.window.kernel_h = pool.window.kernel_w = 2;
  graph.nodes = {{"conv", "Conv", conv, {0}, 1},
                 {"pool", "MaxPool", pool, {1}, 2},
                 {"flatten", "Flatten", conversion::View{}, {2}, 3}};
  graph.inputs = {0};
  graph.outputs = {3};
  return graph;
}

TEST(Inspect, AModelThatDoesNotConvertIsStillSummarised) {
  const ModelSummary summary = summarise(graph_that_does_not_convert());
  EXPECT_EQ(summary.parameters, 2U);
  EXPECT_EQ(summary.macs, 4U);
  EXPECT_NE(summary.refusal.find("pool"), std::string::npos) << summary.refusal;
  EXPECT_EQ(summary.neurons, 0U);
  ASSERT_EQ(summary.rows.size(), 3U);
  EXPECT_EQ(summary.rows[1].becomes, "");
}

TEST(Table, AlignsColumnsByCharactersNotBytes) {
  Table table({{"name", Table::Align::left}, {"n", Table::Align::right}});
  table.add({"\xC3\xA9t\xC3\xA9", "1"});
  table.add({"b\x1b[2J", "1,000"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "name       n\n"
            "\xC3\xA9t\xC3\xA9        1\n"
            "b?[2J  1,000\n");
}

TEST(Grouped, SetsACommaBeforeEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace homolog::inspect_test
