// Intervals of behaviour: against draws by NumPy in which images and observers are repeated, and a closed
// form.
#include "experiments/behaviour/behaviour_draws.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/experiments/predictivity/support.hpp"

namespace homolog::experiments::behaviour_draws_test {
namespace {

using testing::HasSubstr;

/// The fixtures' 16 images, both networks, four observers' answers and rates.
class BehaviourDraws : public testing::Test {
 protected:
  BehaviourDraws() : matrices_(test::read_matrices("tests/experiments/behaviour")) {
    const Eigen::MatrixXd& labels = matrices_.at("draws.labels");
    settings_.labels.assign(labels.data(), labels.data() + labels.size());
    settings_.choices = 5;
    settings_.image_level = true;
    settings_.seed = 11;               // of the fixtures
    settings_.inference.samples = 40;  // of the fixtures
    float_ = rows_of("draws.float");
    spiking_ = rows_of("draws.spiking");
    Observers people{.name = "people"};
    const Eigen::MatrixXd& answers = matrices_.at("draws.people");
    for (Eigen::Index k = 0; k < answers.rows(); ++k) {
      const Eigen::VectorXd row = answers.row(k);
      people.correct.emplace_back(row.begin(), row.end());
    }
    observers_ = {people};
    rates_ = {{.name = "people", .rates = {.stimuli = 16, .repetitions = 4, .units = 5}}};
    const Eigen::MatrixXd& all = matrices_.at("draws.rates");
    for (Eigen::Index row = 0; row < all.rows(); ++row) {
      for (Eigen::Index d = 0; d < 5; ++d) {
        rates_[0].rates.values.push_back(all(row, d));
      }
    }
    inputs_ = {.float_readout = float_, .spiking_readout = spiking_, .warn = [this](const std::string& line) {
                 warnings_ += line + "\n";
               }};
  }

  [[nodiscard]] std::vector<float> rows_of(const std::string& name) const {
    const Eigen::MatrixXd& matrix = matrices_.at(name);
    std::vector<float> values;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
      for (Eigen::Index k = 0; k < matrix.cols(); ++k) {
        values.push_back(static_cast<float>(matrix(i, k)));
      }
    }
    return values;
  }
  [[nodiscard]] BehaviourResult compute(Resample resample) {
    settings_.inference.resample = resample;
    return compute_behaviour(settings_, observers_, rates_, inputs_);
  }
  /// `way`: 0 stimuli, 1 subjects, 2 both. Kappas and correlations to 1e-12, in roots of variances of 1e-2.
  void expect(const std::vector<Estimate>& got, const std::string& name, Eigen::Index way) const {
    const double width = matrices_.at("draws.widths")(0, way);
    for (std::size_t c = 0; c < got.size(); ++c) {
      SCOPED_TRACE(name + " " + std::to_string(c));
      const double value = matrices_.at("draws." + name)(0, static_cast<Eigen::Index>(c));
      const double error = matrices_.at("draws." + name + "_error")(way, static_cast<Eigen::Index>(c));
      EXPECT_NEAR(got[c].value, value, 1e-12);
      EXPECT_NEAR(got[c].standard_error, error, 1e-11);
      EXPECT_NEAR(got[c].ci_low, value - width * error, 1e-10);
      EXPECT_NEAR(got[c].ci_high, value + width * error, 1e-10);
    }
  }
  static std::vector<Estimate> of_networks(const BehaviourResult& result) {
    return {result.accuracy[0], result.accuracy[1], result.accuracy_difference, result.kappa,
            result.image_level_networks};
  }
  static std::vector<Estimate> of_observers(const BehaviourResult& result) {
    const ObserversResult& set = result.observers.at(0);
    return {set.kappa[0], set.kappa[1], set.kappa_difference, set.between};
  }
  static std::vector<Estimate> of_rates(const BehaviourResult& result) {
    const ImageLevelResult& set = result.image_level.at(0);
    return {set.consistency[0], set.consistency[1], set.difference};
  }
  static bool none(const std::vector<Estimate>& estimates) {
    return std::all_of(estimates.begin(), estimates.end(), [](const Estimate& e) {
      return !std::isnan(e.value) && std::isnan(e.standard_error) && std::isnan(e.ci_low) &&
             std::isnan(e.ci_high);
    });
  }

  std::map<std::string, Eigen::MatrixXd> matrices_;
  BehaviourSettings settings_{};
  std::vector<float> float_{}, spiking_{};
  std::vector<Observers> observers_{};
  std::vector<ObserverRates> rates_{};
  AnalysisInputs inputs_{};
  std::string warnings_{};
};

TEST_F(BehaviourDraws, OfStimuliAreThoseOfRepeatedImages) {
  const BehaviourResult result = compute(Resample::stimuli);
  expect(of_networks(result), "networks", 0);
  expect(of_observers(result), "observers", 0);
  expect(of_rates(result), "i2n", 0);
}

TEST_F(BehaviourDraws, OfObserversAreThoseOfRepeatedObservers) {
  const BehaviourResult result = compute(Resample::subjects);
  expect(of_observers(result), "observers", 1);
  expect(of_rates(result), "i2n", 1);
  EXPECT_TRUE(none(of_networks(result)));  // which have no observers
}

TEST_F(BehaviourDraws, OfBothHaveTheVarianceOfTheDualBootstrap) {
  for (const Resample resample : {Resample::both, Resample::automatic}) {
    const BehaviourResult result = compute(resample);
    expect(of_networks(result), "networks", 0);
    expect(of_observers(result), "observers", 2);
    expect(of_rates(result), "i2n", 2);
  }
}

TEST_F(BehaviourDraws, AreNotMadeWithoutInference) {
  const BehaviourResult result = compute(Resample::none);
  EXPECT_TRUE(none(of_networks(result)) && none(of_observers(result)) && none(of_rates(result)));
}

TEST_F(BehaviourDraws, OfOneObserverAreOfStimuliAlone) {
  observers_[0].correct.resize(1);
  rates_[0].rates = {.stimuli = 16, .repetitions = 1, .units = 5, .values = {}};
  rates_[0].rates.values.assign(80, 0.5);
  for (std::size_t k = 0; k < 80; ++k) {
    rates_[0].rates.values[k] = 0.3 + 0.05 * static_cast<double>(k * k % 13);
  }
  const std::vector<Estimate> both = of_observers(compute(Resample::both));
  const std::vector<Estimate> stimuli = of_observers(compute(Resample::stimuli));
  EXPECT_EQ(both[0].standard_error, stimuli[0].standard_error);
  EXPECT_GT(both[0].standard_error, 0.0);
  EXPECT_TRUE(std::isnan(both[3].value));  // nobody to compare with
  const BehaviourResult subjects = compute(Resample::subjects);
  EXPECT_TRUE(none({subjects.observers[0].kappa[0], subjects.image_level[0].consistency[0]}));
  EXPECT_THAT(warnings_, HasSubstr("one observer cannot be drawn from"));
}

TEST_F(BehaviourDraws, HaveTheSameBitsForAnyNumberOfThreads) {
  const auto bits = [this](int threads) {
    inputs_.threads = threads;
    const BehaviourResult result = compute(Resample::both);
    std::vector<std::uint64_t> all;
    for (const auto& part : {of_networks(result), of_observers(result), of_rates(result)}) {
      for (const Estimate& estimate : part) {
        all.push_back(std::bit_cast<std::uint64_t>(estimate.standard_error));
      }
    }
    return all;
  };
  EXPECT_EQ(bits(1), bits(4));
}

// The bootstrap of a share p of n is the binomial: variance p (1 - p) / n, and n / (n - 1) of it. 20,000
// draws know a standard error to 1 / sqrt(2 20000) = 0.5 %: 2.5 % are five of these.
TEST_F(BehaviourDraws, OfAnAccuracyHaveTheBinomialError) {
  settings_.image_level = false;
  settings_.inference.samples = 20000;
  rates_.clear();
  observers_.clear();
  const BehaviourResult result = compute(Resample::stimuli);
  for (const Estimate& accuracy : result.accuracy) {
    const double wanted = std::sqrt(accuracy.value * (1.0 - accuracy.value) / 15.0);
    EXPECT_NEAR(accuracy.standard_error, wanted, 0.025 * wanted);
  }
}

TEST_F(BehaviourDraws, OfTwoStimuliAreNotMade) {
  settings_.labels = {0, 1};
  settings_.image_level = false;
  inputs_.float_readout = inputs_.float_readout.first(10);
  inputs_.spiking_readout = inputs_.spiking_readout.first(10);
  rates_.clear();
  observers_.clear();
  EXPECT_TRUE(std::isnan(compute(Resample::stimuli).accuracy[0].standard_error));
  EXPECT_THAT(warnings_, HasSubstr("intervals need 3 stimuli"));
}

// Of two presentations either would be decided otherwise than their mean.
TEST_F(BehaviourDraws, AreOfTheMeanReadoutOverRepetitions) {
  const BehaviourResult once = compute(Resample::both);
  const auto twice = [](const std::vector<float>& readout) {
    std::vector<float> both;
    for (const float sign : {1.0F, -1.0F}) {
      for (std::size_t k = 0; k < readout.size(); ++k) {
        // Powers of two and sums that float32 holds up to 1e-6 of the 64 that comes and goes.
        both.push_back(readout[k] + sign * static_cast<float>(64 * (k * k % 7)));
      }
    }
    return both;
  };
  const std::vector<float> float_twice = twice(float_), spiking_twice = twice(spiking_);
  inputs_.float_readout = float_twice;
  inputs_.spiking_readout = spiking_twice;
  inputs_.repetitions = 2;
  const BehaviourResult result = compute(Resample::both);
  for (std::size_t system = 0; system < kSystems; ++system) {
    EXPECT_EQ(result.accuracy[system].value, once.accuracy[system].value);
    EXPECT_EQ(result.accuracy[system].standard_error, once.accuracy[system].standard_error);
    EXPECT_EQ(result.observers[0].kappa[system].value, once.observers[0].kappa[system].value);
    EXPECT_NEAR(result.image_level[0].consistency[system].value,
                once.image_level[0].consistency[system].value, 1e-3);
  }
}

}  // namespace
}  // namespace homolog::experiments::behaviour_draws_test
