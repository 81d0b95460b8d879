// What is said before a run about what it will lose, in whole runs on the repository's own network and
// images.
#include "experiments/run/prediction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "experiments/recording/results_reader.hpp"
#include "experiments/run/accuracy.hpp"
#include "sim/core/nan.hpp"
#include "tests/experiments/run/small_run.hpp"

namespace homolog::experiments::prediction_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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
  const std::vector<float> all = reader.float_readout();
  const std::size_t classes = all.size() / static_cast<std::size_t>(reader.stimuli());
  double squares = 0.0;
  double errors = 0.0;
  for (std::size_t i = 5; i < 13; ++i) {
    const std::vector<float> spiking = reader.spiking_readout(static_cast<std::int64_t>(i));
    for (std::size_t c = 0; c < classes; ++c) {
      const double wanted = all[i * classes + c];
      squares += wanted * wanted;
      errors += std::pow(double{spiking[spiking.size() - classes + c]} - wanted, 2.0);
    }
  }
  // Sums of doubles in another order.
  EXPECT_NEAR(prediction["readout_error"].get<double>(), std::sqrt(errors / squares), 1e-12);
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
  const std::vector<float> all = reader.float_readout();
  const std::size_t classes = all.size() / static_cast<std::size_t>(reader.stimuli());
  int float_right = 0;
  int spiking_right = 0;
  for (std::size_t i = 5; i < 13; ++i) {
    const std::vector<float> spiking = reader.spiking_readout(static_cast<std::int64_t>(i));
    const auto label = reader.labels()[i];
    float_right += answer(std::span(all).subspan(i * classes, classes)) == label ? 1 : 0;
    spiking_right += answer(std::span(spiking).last(classes)) == label ? 1 : 0;
  }
  EXPECT_GT(float_right, spiking_right);
  EXPECT_EQ(accuracy["float"].get<double>(), float_right / 8.0);
  EXPECT_EQ(accuracy["spiking"].get<double>(), spiking_right / 8.0);
}

TEST(Prediction, HasNoAccuracyWithoutLabels) {
  const std::string folder = test::fresh_folder("prediction");
  const std::string images = test::source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz");
  const auto result =
      test::run_small(folder, "unlabelled",
                      {"spiking.threshold.calibration.stimuli={idx: {images: " + images + "}}",
                       "spiking.steps=1", "spiking.neuron.initial=-5", "analyses=[]"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: much will be lost"), Not(HasSubstr("the right one"))));
  const nlohmann::json accuracy = test::summary_of(folder + "/unlabelled")["prediction"]["accuracy"];
  EXPECT_TRUE(accuracy["float"].is_null());
  EXPECT_TRUE(accuracy["spiking"].is_null());
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
