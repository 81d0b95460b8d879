#include "experiments/run/profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/run/summary.hpp"
#include "tests/experiments/run/support.hpp"

namespace homolog::experiments::profile_test {
namespace {

/// image (4) -> conv (32 channels on 2 x 2, from the image as currents) -> pooled relay -> conv (64 channels,
/// 8-bit, beside a dense kernel with fewer synapses) -> readout of 10.
sim::Network network() {
  const sim::Shape image{.channels = 4, .height = 2, .width = 2};
  const sim::Shape maps{.channels = 32, .height = 2, .width = 2};
  const sim::Shape deep{.channels = 64, .height = 2, .width = 2};
  const sim::Shape classes{.channels = 10};
  sim::Convolution first{.in = image, .out = maps, .channels = 32};
  first.weights.assign(4U * 32U, 0.5F);
  sim::Convolution second{.in = maps, .out = deep, .groups = 2, .channels = 64};
  second.int8.values.assign(32U * 32U, 1);
  second.int8.scale.assign(64, 0.5F);
  const sim::OneToOne skip{.in = maps,
                           .out = deep,
                           .target = std::vector<sim::UnitId>(128, 0U),
                           .weight = std::vector<float>(128, 1.0F)};
  sim::Dense last{.in = deep, .out = classes, .channels = 10};
  last.weights.assign(256U * 10U, 0.5F);
  sim::Network network;
  network.populations = {{.name = "image", .shape = image, .role = sim::AnalogInput{}},
                         {.name = "relu1", .shape = maps, .role = sim::Neurons{}},
                         {.name = "relu2", .shape = deep, .role = sim::Neurons{}},
                         {.name = "scores", .shape = classes, .role = sim::Readout{}}};
  network.projections = {{.source = 0, .target = 1, .kernel = first},
                         {.source = 1, .target = 2, .kernel = skip},
                         {.source = 1, .target = 2, .kernel = second},
                         {.source = 2, .target = 3, .kernel = last}};
  return network;
}

std::vector<sim::PopulationCost> costs() {
  return {{.seconds = 0.0},
          {.seconds = 0.5, .spikes = 2560},
          {.seconds = 2.0, .spikes = 512, .synaptic_operations = 4'000'000},
          {.seconds = 0.25, .synaptic_operations = 20'000}};
}

/// 1e6 times the row for float, ten times that for 8-bit weights; counts the calls.
MeasureCeiling ceilings(int& calls) {
  return [&calls](sim::RowForm form, std::size_t row) {
    ++calls;
    EXPECT_NE(form, sim::RowForm::scatter_float);
    return static_cast<double>(row) * (form == sim::RowForm::gather_int8 ? 1e7 : 1e6);
  };
}

TEST(Profile, DividesCostsByImagesAndSteps) {
  int calls = 0;
  const auto rows = profile(network(), costs(), 4, 10, ceilings(calls));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].population, "relu1");
  EXPECT_EQ(rows[1].neurons, 128U);
  EXPECT_EQ(rows[1].spikes, 640.0);
  EXPECT_EQ(rows[1].activity, 0.5);  // 640 / 128 / 10
  EXPECT_EQ(rows[1].seconds, 0.125);
  EXPECT_EQ(rows[2].synaptic_operations, 1e6);
  EXPECT_EQ(rows[2].rate(), 2e6);
}

TEST(Profile, ComparesAPopulationWithTheCeilingOfItsWeights) {
  int calls = 0;
  const auto rows = profile(network(), costs(), 4, 10, ceilings(calls));
  EXPECT_EQ(calls, 2);  // float rows of 10, 8-bit rows of 32
  EXPECT_EQ(rows[2].weights, "int8");
  EXPECT_EQ(rows[2].row, 32);  // the output channels of a group, not of the kernel with fewer synapses
  EXPECT_DOUBLE_EQ(rows[2].share(), 2e6 / 3.2e8);
  EXPECT_EQ(rows[3].weights, "float32");
  EXPECT_EQ(rows[3].row, 10);
}

TEST(Profile, HasNoCeilingWithoutRowsOfWeights) {
  int calls = 0;
  const auto rows = profile(network(), costs(), 4, 10, ceilings(calls));
  for (const std::size_t p : {0U, 1U}) {  // the input; a population that constant currents alone reach
    EXPECT_EQ(rows[p].weights, "");
    EXPECT_TRUE(std::isnan(rows[p].ceiling));
    EXPECT_TRUE(std::isnan(rows[p].share()));
  }
  EXPECT_TRUE(std::isnan(rows[0].rate()));  // no time taken
  EXPECT_TRUE(std::isnan(rows[3].activity));
  EXPECT_EQ(rows[3].neurons, 0U);
}

TEST(Profile, EndsWithTheSums) {
  int calls = 0;
  std::ostringstream out;
  print_profile(profile(network(), costs(), 4, 10, ceilings(calls)), out);
  // 384 neurons, 640 + 128 spikes, 1.005 million operations in 0.6875 s; at the ceilings 1e6 / 3.2e8 + 5e3 /
  // 1e7 s.
  EXPECT_THAT(out.str(), testing::ContainsRegex("\nsum +384 +768 +1\\.0[01] +687\\.500 +0\\.00 +1\n"));
}

TEST(Profile, IsMeasuredWhenAskedForAndLeavesTheResultsAsTheyAre) {
  const std::string folder = test::fresh_folder("profile");
  const std::string config = test::small_config(folder);
  const auto result = test::cli({"run", config, "--profile", "--set", "analyses=[]"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, testing::HasSubstr("% of ceiling"));
  std::ifstream file(folder + "/results/summary.json");
  const auto summary = nlohmann::json::parse(file);
  double spikes = 0.0;
  double operations = 0.0;
  for (const auto& row : summary.at("profile")) {
    spikes += row.at("spikes_per_image").get<double>();
    operations += row.at("synaptic_operations_per_image").get<double>();
    EXPECT_GE(row.at("seconds_per_image").get<double>(), 0.0);
    for (const char* key :
         {"population", "shape", "neurons", "spikes_per_neuron_and_step", "synaptic_operations_per_second",
          "weights", "row", "ceiling", "share_of_ceiling"}) {
      EXPECT_TRUE(row.contains(key)) << key;
    }
  }
  EXPECT_NEAR(spikes, summary.at("spikes").at("per_image").get<double>(), 1e-6);
  EXPECT_NEAR(operations, summary.at("synaptic_operations_per_image").get<double>(), 1e-6);

  const auto plain = test::cli({"run", config, "--force", "--set", "analyses=[]"});
  ASSERT_EQ(plain.code, 0) << plain.err;
  std::ifstream plain_file(folder + "/results/summary.json");
  const auto plain_summary = nlohmann::json::parse(plain_file);
  EXPECT_FALSE(plain_summary.contains("profile"));
  EXPECT_EQ(plain_summary.at("spikes"), summary.at("spikes"));
}

}  // namespace
}  // namespace homolog::experiments::profile_test
