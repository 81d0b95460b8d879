// What homolog promises on real networks and data; labelled slow.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/experiments/run/support.hpp"

namespace homolog::experiments {
namespace {

using test::cli;
using test::fresh_folder;
using test::source_path;

nlohmann::json run(const std::string& config, const std::vector<std::string>& settings) {
  const std::string folder = fresh_folder("acceptance");
  std::vector<std::string> arguments{"run", source_path("configs/" + config), "--quiet", "--output", folder};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  const auto result = cli(arguments);
  EXPECT_EQ(result.code, 0) << result.err;
  std::ifstream file(folder + "/summary.json");
  return nlohmann::json::parse(file);
}

class Acceptance : public testing::Test {
 protected:
  void SetUp() override { setenv("HOMOLOG_DATA", test::data_folder().c_str(), 1); }
};

TEST_F(Acceptance, SpikingLeNetIsWithinOnePointOfFloatAt64Steps) {
  const auto summary = run("quickstart.yaml", {"record.spikes=false", "analyses=[]"});
  ASSERT_EQ(summary["steps"], 64);
  EXPECT_NEAR(summary["accuracy"]["spiking"][63].get<double>(), summary["accuracy"]["float"].get<double>(),
              0.01);
}

/// 400 images: the standard deviation of the difference of two accuracies that agree on 95 % of the images is
/// about sqrt(0.05 / 400) = 1.1 points, so that a true difference of 0 passes 3 points with 2.7 sigma.
TEST_F(Acceptance, SpikingVggIsWithinThreePointsOfFloatAt128Steps) {
  HOMOLOG_NEEDS_DATA(model, "models/cifar10_vgg.onnx");
  const auto summary = run("cifar10_vgg.yaml", {"stimuli.count=400", "record.counts=false", "analyses=[]"});
  ASSERT_EQ(summary["steps"], 128);
  EXPECT_GE(summary["accuracy"]["spiking"][127].get<double>(),
            summary["accuracy"]["float"].get<double>() - 0.03);
}

TEST_F(Acceptance, SpikingResnetIsWithinThreePointsOfFloatAt128Steps) {
  HOMOLOG_NEEDS_DATA(model, "models/cifar10_resnet20.onnx");
  const auto summary =
      run("cifar10_resnet20.yaml", {"stimuli.count=400", "record.counts=false", "analyses=[]"});
  ASSERT_EQ(summary["steps"], 128);
  EXPECT_GE(summary["accuracy"]["spiking"][127].get<double>(),
            summary["accuracy"]["float"].get<double>() - 0.03);
}

double rsa_value(const nlohmann::json& summary, const std::string& layer, const std::string& reference,
                 const std::string& compare) {
  for (const auto& row : summary["rsa"]) {
    if (row["layer"] == layer && row["reference"] == reference && row["compare"] == compare) {
      return row["value"].get<double>();
    }
  }
  ADD_FAILURE() << "no row for " << layer << ", " << reference << ", " << compare;
  return 0.0;
}

// The expected values were computed independently with PyTorch, Pillow and SciPy; 0.005 allows for
// another float32 order of sums and another decoder, not for another resize, order of images or ranks.
TEST_F(Acceptance, SqueezeNetOnThe92ImagesHasTheKnownSimilarityWithTheBrain) {
  HOMOLOG_NEEDS_DATA(model, "models/squeezenet1_1.onnx");
  HOMOLOG_NEEDS_DATA(fmri, "data/algonauts92/algonauts92_fmri.h5");
  const std::string data = test::data_folder() + "/data";
  const auto summary = run(
      "kriegeskorte92.yaml",
      {"spiking.steps=1", "spiking.threshold.calibration.images=2", "record.spikes=false",
       "analyses=[{rsa: {layers: [features.features.2.MaxPool_output_0, "
       "features.features.8.MaxPool_output_0, "
       "features.features.12.squeeze_relu.Relu_output_0], codes: [float], compare: [spearman, "
       "spearman_squared], "
       "references: [{name: monkey IT, file: \"" +
           data + "/kriegeskorte92/kriegeskorte92.h5\", dataset: /rdms/monkey_IT}, {name: fMRI IT, file: \"" +
           data + "/algonauts92/algonauts92_fmri.h5\", dataset: /rdms/it}]}}]"});
  EXPECT_NEAR(rsa_value(summary, "features.features.2.MaxPool_output_0", "monkey IT", "spearman"), 0.235,
              0.005);
  EXPECT_NEAR(rsa_value(summary, "features.features.12.squeeze_relu.Relu_output_0", "monkey IT", "spearman"),
              0.421, 0.005);
  EXPECT_NEAR(rsa_value(summary, "features.features.8.MaxPool_output_0", "fMRI IT", "spearman_squared"),
              0.0248, 0.005);
}

}  // namespace
}  // namespace homolog::experiments
