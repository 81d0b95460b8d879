// What is said before a run about what it will lose, in whole runs on the repository's own network and
// images.
#include "experiments/run/prediction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "experiments/recording/results_reader.hpp"
#include "experiments/run/accuracy.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::prediction_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Scores of both networks for a stimulus of a run.
struct Scores {
  std::vector<float> wanted{};   ///< of the float network
  std::vector<float> spiking{};  ///< at the end
};

Scores scores_of(const ResultsReader& reader, std::size_t i) {
  const std::vector<float> all = reader.float_readout();
  const auto classes = static_cast<std::ptrdiff_t>(all.size()) / reader.stimuli();
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(i) * classes;
  const std::vector<float> steps = reader.spiking_readout(static_cast<std::int64_t>(i));
  return {.wanted = {first, first + classes}, .spiking = {steps.end() - classes, steps.end()}};
}

/// Relative error of the scores of `count` stimuli of a run.
double readout_error(const ResultsReader& reader, std::size_t first, std::size_t count) {
  double squares = 0.0;
  double errors = 0.0;
  for (std::size_t i = first; i < first + count; ++i) {
    const Scores scores = scores_of(reader, i);
    for (std::size_t c = 0; c < scores.wanted.size(); ++c) {
      const double wanted = scores.wanted[c];
      squares += wanted * wanted;
      errors += std::pow(double{scores.spiking[c]} - wanted, 2.0);
    }
  }
  return std::sqrt(errors / squares);
}

TEST(Prediction, WarnsWhenMuchWillBeLost) {
  const std::string folder = test::fresh_folder("prediction");
  const auto poor =
      test::run_small(folder, "poor", {"spiking.steps=1", "spiking.neuron.initial=-5", "analyses=[]"});
  ASSERT_EQ(poor.code, 0) << poor.err;
  EXPECT_LT(test::summary_of(folder + "/poor")["prediction"]["agreement"].get<double>(), 0.9);
  EXPECT_THAT(poor.err, HasSubstr("warning: much will be lost"));
  EXPECT_THAT(poor.err, HasSubstr("more steps (spiking.steps, now 1)"));
  const auto exact = test::run_small(folder, "exact", {"spiking.code=ttfs", "analyses=[]"});
  EXPECT_THAT(exact.err, testing::Not(HasSubstr("warning")));
  const nlohmann::json prediction = test::summary_of(folder + "/exact")["prediction"];
  EXPECT_EQ(prediction["images"], 16);
  EXPECT_EQ(prediction["unseen"], 16);  // exact windows are not calibrated
  EXPECT_EQ(prediction["agreement"], 1.0);
  EXPECT_LT(prediction["readout_error"].get<double>(), 1e-5);
  const auto none = test::run_small(folder, "none", {"spiking.prediction_images=0", "analyses=[]"});
  ASSERT_EQ(none.code, 0) << none.err;
  EXPECT_FALSE(test::summary_of(folder + "/none").contains("prediction"));
}

TEST(Prediction, IsOnImagesThatSetNoThresholds) {
  const std::string folder = test::fresh_folder("prediction");
  const auto run = test::folder_of_run(
      folder, "fresh",
      {"spiking.threshold.calibration.images=5", "spiking.prediction_images=8", "analyses=[]"});
  const nlohmann::json prediction = test::summary_of(run)["prediction"];
  EXPECT_EQ(prediction["images"], 8);
  EXPECT_EQ(prediction["unseen"], 8);
  // Images 5 to 12 of the run, of which the results know both answers.
  const ResultsReader reader(run + "/results.h5");
  const double found = prediction["readout_error"].get<double>();
  // The prediction shows images one by one, the run by batches, in which the float network may round scores
  // differently, by some 1e-7 of them.
  EXPECT_NEAR(found, readout_error(reader, 5, 8), 1e-6);
  EXPECT_GT(std::abs(found - readout_error(reader, 0, 8)), 1e-4);  // not those that set thresholds
}

TEST(Prediction, HasTheAccuraciesOfBothNetworks) {
  const std::string folder = test::fresh_folder("prediction");
  // Neurons that never fire: the spiking network gives one answer to all images.
  const auto run =
      test::folder_of_run(folder, "silent",
                          {"spiking.threshold.calibration.images=5", "spiking.prediction_images=8",
                           "spiking.steps=1", "spiking.neuron.initial=-1000", "analyses=[]"});
  const nlohmann::json accuracy = test::summary_of(run)["prediction"]["accuracy"];
  const ResultsReader reader(run + "/results.h5");
  int float_right = 0;
  int spiking_right = 0;
  for (std::size_t i = 5; i < 13; ++i) {
    const Scores scores = scores_of(reader, i);
    const auto label = reader.labels()[i];
    float_right += answer(scores.wanted) == label ? 1 : 0;
    spiking_right += answer(scores.spiking) == label ? 1 : 0;
  }
  EXPECT_GT(float_right, spiking_right);
  EXPECT_EQ(accuracy["float"].get<double>(), float_right / 8.0);
  EXPECT_EQ(accuracy["spiking"].get<double>(), spiking_right / 8.0);
}

/// A prediction from calibration images of this source.
void expect_no_accuracy(const std::string& folder, const std::string& name, const std::string& idx) {
  const auto result = test::run_small(folder, name,
                                      {"spiking.threshold.calibration.stimuli={idx: " + idx + "}",
                                       "spiking.steps=1", "spiking.neuron.initial=-5", "analyses=[]"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: much will be lost"), Not(HasSubstr("the right one"))));
  const nlohmann::json accuracy = test::summary_of(folder + "/" + name)["prediction"]["accuracy"];
  EXPECT_TRUE(accuracy["float"].is_null());
  EXPECT_TRUE(accuracy["spiking"].is_null());
}

TEST(Prediction, HasNoAccuracyWithoutLabelsOfTheNetworksClasses) {
  const std::string folder = test::fresh_folder("prediction");
  const std::string images =
      "images: " + test::source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz");
  expect_no_accuracy(folder, "unlabelled", "{" + images + "}");
  std::string labels("\0\0\x08\x01\0\0\x03\xe8", 8);  // 1,000 bytes, of a class that there is not
  labels.append(1000, '\x0a');
  std::ofstream(folder + "/labels", std::ios::binary) << labels;
  expect_no_accuracy(folder, "other_classes", "{" + images + ", labels: " + folder + "/labels}");
}

TEST(Prediction, TakesAsManyImagesAsPossibleThatSetNoThresholds) {
  EXPECT_EQ(first_to_predict(100, 20, 30), 20);
  EXPECT_EQ(first_to_predict(100, 80, 30), 70);
  EXPECT_EQ(first_to_predict(100, 100, 100), 0);
}

TEST(Prediction, NamesWhatWouldLoseLess) {
  Experiment::Spiking spiking;
  spiking.steps = 8;
  spiking.neuron = sim::IntegrateAndFire{};
  LossPrediction prediction{.comparison = {.layers = {{.layer = "a", .relative_error = 0.25}},
                                           .agreement = 0.92,
                                           .float_accuracy = 0.875,
                                           .spiking_accuracy = 0.8125,
                                           .images = 64}};
  EXPECT_THAT(warning_of(prediction, spiking),
              AllOf(HasSubstr("some will be lost: on 64 calibration images"), HasSubstr("for 92 %"),
                    HasSubstr("the right one for 81 % (float 88 %)"), HasSubstr("error is in a (25 %"),
                    HasSubstr("now 8), threshold.method: auto")));
  spiking.fitted = {.weights = false};
  EXPECT_THAT(warning_of(prediction, spiking),
              AllOf(HasSubstr("(neuron.model: signed-if)"), HasSubstr("(calibration.weights: true)")));
  spiking.neuron = sim::SignedIntegrateAndFire{};
  spiking.fitted.weights = true;
  prediction.comparison.float_accuracy = kNaN;
  prediction.comparison.agreement = 0.5;
  EXPECT_THAT(warning_of(prediction, spiking),
              AllOf(HasSubstr("much will be lost"), Not(HasSubstr("the right one")),
                    HasSubstr("(spiking.steps, now 8), or code ttfs, which is exact")));
  spiking.steps = 100;  // more than can be fitted
  spiking.fitted.threshold = spiking.fitted.scale = spiking.fitted.bias = spiking.fitted.initial =
      spiking.fitted.weights = false;
  EXPECT_THAT(warning_of(prediction, spiking), HasSubstr("(spiking.steps, now 100), or code ttfs"));
  prediction.comparison.agreement = 0.95;
  EXPECT_EQ(warning_of(prediction, spiking), "");
}

}  // namespace
}  // namespace homolog::experiments::prediction_test
