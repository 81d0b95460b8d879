#include "conversion/spiking/fit_channel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sim/neuron/integrate_and_fire.hpp"
#include "sim/neuron/signed_integrate_and_fire.hpp"

namespace homolog::conversion::fit_channel_test {
namespace {

constexpr CalibrationChoice kAll{};
constexpr CalibrationChoice kNothing{.threshold = false, .scale = false, .bias = false, .initial = false};

/// A channel's samples with their memory. Drives of a step are the target plus noise(sample, step).
struct Channel {
  std::vector<float> drive{};
  std::vector<float> target{};
  sim::Step steps = 16;

  template <class Noise>
  Channel(int samples, sim::Step of_steps, const Noise& noise) : steps(of_steps) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal(-0.3F, 1.0F);
    for (int i = 0; i < samples; ++i) {
      target.push_back(normal(random));
    }
    for (sim::Step t = 0; t < steps; ++t) {
      for (std::size_t i = 0; i < target.size(); ++i) {
        drive.push_back(target[i] + noise(i, t));
      }
    }
  }
  [[nodiscard]] ChannelSamples samples() const { return {.steps = steps, .drive = drive, .target = target}; }
  [[nodiscard]] float largest() const { return *std::max_element(target.begin(), target.end()); }
  [[nodiscard]] double error(const ChannelFit& fit) const {
    std::vector<std::int32_t> counts(target.size());
    count_spikes(samples(), fit, counts);
    return decoding_error(samples(), fit.decoded, counts);
  }
};

float none(std::size_t /*sample*/, sim::Step /*step*/) {
  return 0.0F;
}

/// Counts of neurons with signs, beside those of the neuron model itself.
void expect_counts_of_the_model(bool linear, int least_negative) {
  const Channel channel(200, 16, [](std::size_t i, sim::Step t) { return (i + t) % 3 == 0 ? 1.5F : -0.75F; });
  const ChannelFit fit{.threshold = 1.0F, .current = 0.125F, .initial = 0.5F};
  ChannelSamples samples = channel.samples();
  samples.with_signs = true;
  samples.linear = linear;
  std::vector<std::int32_t> counts(200);
  count_spikes(samples, fit, counts);
  int taken_back = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const sim::SignedIntegrateAndFire model{
        .threshold = fit.threshold, .initial = fit.initial, .rectified = !linear};
    float v = model.initial_potential();
    std::int32_t net = 0;
    for (std::size_t t = 0; t < 16; ++t) {
      model.integrate(v, channel.drive[t * 200 + i] + fit.current);
      taken_back += model.fires(v, net) < 0 ? 1 : 0;
    }
    EXPECT_EQ(counts[i], net);
  }
  EXPECT_GT(taken_back, 100);
  EXPECT_GE(std::count_if(counts.begin(), counts.end(), [](std::int32_t n) { return n < 0; }),
            least_negative);
  EXPECT_TRUE(linear || *std::min_element(counts.begin(), counts.end()) == 0);
}

TEST(CountSpikes, WithSignsIsWhatTheNeuronDoes) {
  expect_counts_of_the_model(false, 0);
}

TEST(CountSpikes, OfLinearOutputsMayBeNegative) {
  expect_counts_of_the_model(true, 50);
}

TEST(FitChannel, LinearOutputsAreFittedToBothSigns) {
  const Channel channel(2000, 16, none);
  float largest = 0.0F;
  for (const float value : channel.target) {
    largest = std::max(largest, std::abs(value));
  }
  ChannelSamples samples = channel.samples();
  samples.with_signs = samples.linear = true;
  const ChannelFit fit = fit_channel(samples, {.threshold = largest, .decoded = largest}, kAll);
  std::vector<std::int32_t> counts(samples.target.size());
  count_spikes(samples, fit, counts);
  // Rounding to multiples of theta / 16, theta at most 4 standard deviations of 1: an error of 0.072.
  EXPECT_LT(decoding_error(samples, fit.decoded, counts), 0.072 * 0.072);
}

TEST(FitChannel, WithSignsUnevenInputCostsLittleMoreThanEven) {
  // Early excitation and late inhibition: the worst for spikes that cannot be taken back.
  const Channel channel(2000, 16, [](std::size_t, sim::Step t) { return t < 8 ? 0.8F : -0.8F; });
  const ChannelFit start{.threshold = channel.largest(), .decoded = channel.largest()};
  ChannelSamples samples = channel.samples();
  const auto error = [&] {
    const ChannelFit fit = fit_channel(samples, start, kAll);
    std::vector<std::int32_t> counts(samples.target.size());
    count_spikes(samples, fit, counts);
    return decoding_error(samples, fit.decoded, counts);
  };
  const double alike = error();
  samples.with_signs = true;
  const double with_signs = error();
  // Rounding alone: a threshold of about 3.5 in 16 steps, error theta / 16 / sqrt(12) of the half that is
  // above 0, about 0.004 / 2; clipping as much again.
  EXPECT_LT(with_signs, 0.008);
  EXPECT_LT(with_signs, alike);
}

TEST(FitChannel, WithSignsMinimisesTheMeanCubeOfTheError) {
  constexpr double kSteps = 16.0;
  const Channel channel(4000, 16, none);
  ChannelSamples samples = channel.samples();
  samples.with_signs = true;
  const ChannelFit start{.threshold = channel.largest(), .decoded = channel.largest()};
  const ChannelFit fit =
      fit_channel(samples, start, {.scale = false, .bias = false, .initial = false, .weights = false});
  // Even input is rounded to multiples of threshold / steps, and clipped; a constant is no error.
  const auto error = [&](double threshold, double power) {
    std::vector<double> errors;
    double mean = 0.0;
    for (const float target : channel.target) {
      const double a = std::max(0.0, static_cast<double>(target));
      const double count = std::clamp(std::floor(a * kSteps / threshold + 0.5), 0.0, kSteps);
      errors.push_back(threshold * count / kSteps - a);
      mean += errors.back() / static_cast<double>(channel.target.size());
    }
    double sum = 0.0;
    for (const double e : errors) {
      sum += std::pow(std::abs(e - mean), power);
    }
    return sum;
  };
  double best = start.threshold;
  double best_of_squares = best;
  for (double threshold = 0.5; threshold < 5.0; threshold += 0.01) {
    best = error(threshold, 3.0) < error(best, 3.0) ? threshold : best;
    best_of_squares = error(threshold, 2.0) < error(best_of_squares, 2.0) ? threshold : best_of_squares;
  }
  // The search is not exhaustive: its steps shrink to 4 % of the threshold, over which the error near its
  // least changes by 2 % here.
  EXPECT_LT(error(fit.threshold, 3.0), 1.02 * error(best, 3.0));
  EXPECT_GT(fit.threshold, best_of_squares);
}

TEST(CountSpikes, ConservesCharge) {
  const Channel channel(200, 16, [](std::size_t i, sim::Step t) { return (i + t) % 3 == 0 ? 0.5F : -0.25F; });
  const ChannelFit fit{.threshold = 0.75F, .current = 0.1F, .initial = 0.5F};
  std::vector<std::int32_t> counts(200);
  count_spikes(channel.samples(), fit, counts);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    double received = 0.0;
    double most = 0.5 * 0.75;  // the potential had there been no spikes, at its highest
    for (std::size_t t = 0; t < 16; ++t) {
      received += static_cast<double>(channel.drive[t * 200 + i]) + 0.1;
      most = std::max(most, 0.5 * 0.75 + received);
    }
    // What is left, initial + received - spikes * threshold, is below the threshold unless every step fired,
    // and no spike was fired that the highest potential does not pay for. 1e-4: float sums of 16 steps.
    const double left = 0.5 * 0.75 + received - 0.75 * counts[i];
    EXPECT_TRUE(left < 0.75 + 1e-4 || counts[i] == 16 || received > 0.0) << i;
    EXPECT_LE(0.75 * counts[i], most + 1e-4) << i;
  }
}

TEST(CountSpikes, AreThoseOfTheNeuronModelsOneByOne) {
  const Channel channel(203, 24, [](std::size_t i, sim::Step t) {  // not a multiple of any vector
    return static_cast<float>((i * 7 + t * 5) % 11) / 5.0F - 1.1F;
  });
  const ChannelFit fit{.threshold = 0.75F, .current = 0.1F, .initial = 0.5F};
  for (const bool linear : {false, true}) {
    ChannelSamples samples = channel.samples();
    samples.linear = linear;
    const sim::IntegrateAndFire plain{.threshold = fit.threshold, .initial = fit.initial};
    const sim::SignedIntegrateAndFire with_signs{
        .threshold = fit.threshold, .initial = fit.initial, .rectified = !linear};
    for (const bool signs : {false, true}) {
      samples.with_signs = signs;
      std::vector<std::int32_t> counts(203, 99);
      count_spikes(samples, fit, counts);
      for (std::size_t i = 0; i < counts.size(); ++i) {
        float v = plain.initial_potential();
        std::int32_t expected = 0;
        for (std::size_t t = 0; t < channel.steps; ++t) {
          plain.integrate(v, channel.drive[t * counts.size() + i] + fit.current);
          if (samples.with_signs) {
            (void)with_signs.fires(v, expected);
          } else {
            expected += plain.fires(v) ? 1 : 0;
          }
        }
        ASSERT_EQ(counts[i], expected) << i << (samples.with_signs ? " with signs" : "");
      }
    }
  }
}

TEST(DecodingError, IsTheVarianceOfTheErrorByDefinition) {
  const Channel channel(100, 4, none);
  std::vector<std::int32_t> counts;
  std::vector<double> errors;
  double mean = 0.0;
  for (std::size_t i = 0; i < 100; ++i) {
    counts.push_back(static_cast<std::int32_t>(i % 5));
    errors.push_back(0.7 * counts.back() / 4.0 - std::max(0.0, static_cast<double>(channel.target[i])));
    mean += errors.back() / 100.0;
  }
  double variance = 0.0;
  for (const double e : errors) {
    variance += (e - mean) * (e - mean) / 100.0;
  }
  EXPECT_NEAR(decoding_error(channel.samples(), 0.7F, counts), variance, 1e-7);  // 0.7F is not 0.7
}

TEST(FitChannel, KeepsWhatMayNotBeChosen) {
  const Channel channel(300, 8, none);
  const ChannelFit start{.threshold = 1.5F, .decoded = 1.5F, .current = 0.0F, .initial = 0.25F};
  const ChannelFit fit = fit_channel(channel.samples(), start, kNothing);
  EXPECT_EQ(fit.threshold, 1.5F);
  EXPECT_EQ(fit.decoded, 1.5F);
  EXPECT_EQ(fit.current, 0.0F);
  EXPECT_EQ(fit.initial, 0.25F);
}

TEST(FitChannel, TakesAwayAnErrorOfTheMeanInput) {
  const Channel channel(300, 8, [](std::size_t, sim::Step) { return 0.375F; });
  const CalibrationChoice bias{.threshold = false, .scale = false, .bias = true, .initial = false};
  const ChannelFit start{.threshold = channel.largest(), .decoded = channel.largest()};
  const ChannelFit fit = fit_channel(channel.samples(), start, bias);
  // Beside it a ramp of at most 2.6 steps' threshold (6 points of 1/4, 1/8 and 1/16) spread over 8.
  EXPECT_NEAR(fit.current, -0.375F, 2.7F * channel.largest() / 8.0F);
  EXPECT_LT(channel.error(fit), 0.7 * channel.error(start));
}

TEST(FitChannel, OfEvenInputIsAsGoodAsTheBestThresholdOfAFineGrid) {
  const Channel channel(1000, 8, none);
  const ChannelFit fit =
      fit_channel(channel.samples(), {.threshold = channel.largest(), .decoded = channel.largest()}, kAll);
  double best = INFINITY;
  for (int percent = 20; percent <= 120; ++percent) {
    const float threshold = channel.largest() * static_cast<float>(percent) / 100.0F;
    best = std::min(best, channel.error({.threshold = threshold, .decoded = threshold}));
  }
  // The grid has neither slope nor ramp, the search no fine grid: 3 % for its last step of 4 %.
  EXPECT_LT(channel.error(fit), 1.03 * best);
}

TEST(FitChannel, WaitsWhereEarlyExcitationIsTakenBackLater) {
  // Half of the samples receive 2 more per step in the first half and 2 less in the second one.
  const Channel channel(
      1000, 16, [](std::size_t i, sim::Step t) { return i % 2 == 0 ? 0.0F : (t < 8 ? 0.4F : -0.4F); });
  const ChannelFit start{.threshold = channel.largest(), .decoded = channel.largest()};
  const CalibrationChoice without{.threshold = true, .scale = true, .bias = false, .initial = false};
  const CalibrationChoice with{.threshold = true, .scale = true, .bias = false, .initial = true};
  const ChannelFit blind = fit_channel(channel.samples(), start, without);
  const ChannelFit fit = fit_channel(channel.samples(), start, with);
  EXPECT_LT(fit.initial, 0.5F);
  EXPECT_LT(channel.error(fit), 0.9 * channel.error(blind));
}

TEST(FitChannel, KeepsASilentChannelSilent) {
  const std::vector<float> target(50, -1.0F);
  const std::vector<float> drive(200, -1.0F);
  const ChannelSamples samples{.steps = 4, .drive = drive, .target = target};
  const ChannelFit fit = fit_channel(samples, {.threshold = 1.0F, .decoded = 1.0F}, kAll);
  std::vector<std::int32_t> counts(50);
  count_spikes(samples, fit, counts);
  EXPECT_EQ(*std::max_element(counts.begin(), counts.end()), 0);
  EXPECT_GT(fit.threshold, 0.0F);
}

}  // namespace
}  // namespace homolog::conversion::fit_channel_test
