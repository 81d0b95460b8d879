// The analysis `codes`, in whole runs on the repository's own network and images.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/recording/h5.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::codes_run_test {
namespace {

using testing::HasSubstr;

TEST(CodesRun, AVariantIsWhatARunOfItsOwnGives) {
  const std::string folder = test::fresh_folder("codes");
  const auto codes = test::run_small(
      folder, "codes", {"analyses=[{codes: {variants: [code=rate steps=6, code=ttfs], layer_images: 4}}]"});
  ASSERT_EQ(codes.code, 0) << codes.err;
  EXPECT_THAT(codes.out, HasSubstr("code=rate steps=6"));
  const nlohmann::json table = test::summary_of(folder + "/codes")["codes"];
  ASSERT_EQ(table.size(), 2U);

  ASSERT_EQ(test::run_small(folder, "rate", {"spiking.steps=6", "analyses=[]"}).code, 0);
  ASSERT_EQ(test::run_small(folder, "ttfs", {"spiking.code=ttfs", "analyses=[]"}).code, 0);
  for (const auto& [row, name] : {std::pair(std::size_t{0}, "rate"), std::pair(std::size_t{1}, "ttfs")}) {
    const nlohmann::json alone = test::summary_of(folder + "/" + name);
    EXPECT_EQ(table[row]["accuracy"], alone["accuracy"]["spiking"].back());
    EXPECT_EQ(table[row]["neuron"], alone["neuron"]);
    EXPECT_EQ(table[row]["agreement"], alone["accuracy"]["agreement"].back());
    EXPECT_EQ(table[row]["spikes_per_image"], alone["spikes"]["per_image"]);
    EXPECT_EQ(table[row]["synaptic_operations_per_image"], alone["synaptic_operations_per_image"]);
    EXPECT_EQ(table[row]["macs_per_image"], alone["macs_per_image"]);
  }
  for (const auto& layer : table[1]["layers"].items()) {
    EXPECT_LT(layer.value()["relative_error"].get<double>(), 1e-5)
        << "first spikes are exact: " << layer.key();
    EXPECT_GT(table[0]["layers"][layer.key()]["relative_error"].get<double>(), 1e-3) << layer.key();
  }
}

TEST(CodesRun, RepeatedStimuliAreShownAsOftenAsInARun) {
  const std::string folder = test::fresh_folder("codes");
  const std::vector<std::string> noisy{"stimuli.repetitions=2", "spiking.input=poisson", "spiking.steps=6"};
  const auto with = [&](const std::string& last) {
    std::vector<std::string> settings = noisy;
    settings.push_back(last);
    return settings;
  };
  const auto codes = test::run_small(
      folder, "codes",
      with("analyses=[{codes: {variants: [steps=6]}}, {codes: {variants: [steps=6], images: 5}}]"));
  ASSERT_EQ(codes.code, 0) << codes.err;
  ASSERT_EQ(test::run_small(folder, "all", with("analyses=[]")).code, 0);
  std::vector<std::string> five = with("analyses=[]");
  five.emplace_back("stimuli.count=5");
  ASSERT_EQ(test::run_small(folder, "five", five).code, 0);
  const nlohmann::json both = test::summary_of(folder + "/codes");
  for (const auto& [key, name] : {std::pair("codes", "all"), std::pair("codes_2", "five")}) {
    ASSERT_TRUE(both.contains(key));
    const nlohmann::json alone = test::summary_of(folder + "/" + name);
    EXPECT_EQ(both[key][0]["accuracy"], alone["accuracy"]["spiking"].back()) << key;
    // Poisson spikes of presentation r n + i are keyed by that number, which n changes.
    if (std::string(key) == "codes") {
      EXPECT_EQ(both[key][0]["spikes_per_image"], alone["spikes"]["per_image"]);
    }
  }
  const std::string path = folder + "/codes/results.h5";
  EXPECT_EQ(h5::read_array(h5::open_for_reading(path), path, "/codes_2/accuracy").values.size(), 6U);
}

TEST(CodesRun, AVariantThatCannotBeRunIsRefusedBeforeAnythingIsComputed) {
  const std::string folder = test::fresh_folder("codes");
  const auto result = test::run_small(folder, "a", {"analyses=[{codes: {variants: [code=rat]}}]"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("'code=rat' cannot be run"));
  EXPECT_THAT(result.err, HasSubstr("rate"));
  const auto word = test::run_small(folder, "b", {"analyses=[{codes: {variants: [ttfs]}}]"});
  EXPECT_EQ(word.code, 2);
  EXPECT_THAT(word.err, HasSubstr("is not KEY=VALUE"));
}

}  // namespace
}  // namespace homolog::experiments::codes_run_test
