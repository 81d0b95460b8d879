#include "conversion/spiking/thresholds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sim/core/error.hpp"
#include "tests/support/graph_builder.hpp"

namespace homolog::conversion::thresholds_test {
namespace {

using test::GraphBuilder;
using Values = std::vector<float>;

FloatGraph two_channels(float high = INFINITY) {
  GraphBuilder b({2, 5, 5});
  return b.finish(b.add(Clip{.low = 0.0F, .high = high}, "Clip", {b.input()}));
}

/// Activations of `images` images with many zeros; channel 1 is ten times as strong.
std::vector<Values> random_images(int images, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0F, 1.0F);
  std::vector<Values> result;
  for (int k = 0; k < images; ++k) {
    Values values;
    for (int i = 0; i < 50; ++i) {
      values.push_back(std::max(0.0F, normal(random)) * (i < 25 ? 1.0F : 10.0F));
    }
    result.push_back(values);
  }
  return result;
}

/// The definition: sort all positive values, interpolate linearly (numpy.percentile's default).
double percentile_of(Values values, double p) {
  values.erase(std::remove_if(values.begin(), values.end(), [](float v) { return v <= 0.0F; }), values.end());
  std::sort(values.begin(), values.end());
  const double position = p / 100.0 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double high = static_cast<double>(values[std::min(below + 1, values.size() - 1)]);
  const auto low = static_cast<double>(values[below]);
  return low + (position - static_cast<double>(below)) * (high - low);
}

constexpr double kRounding = 1.0 / 4096.0;  // 12 significant bits: half a unit is at most 2^-12 of the value

TEST(Calibration, IsTheExactPercentileOfPositiveActivationsPerLayerAndPerChannel) {
  const FloatGraph graph = two_channels();
  for (const double p : {50.0, 90.0, 99.0, 99.9, 100.0}) {
    for (unsigned seed = 0; seed < 5; ++seed) {
      SCOPED_TRACE(testing::Message() << "p " << p << " seed " << seed);
      const auto images = random_images(40, seed);
      Values all;
      Values channel0;
      Calibration per_layer(graph, {.percentile = p, .scope = ThresholdRule::Scope::layer}, 40);
      Calibration per_channel(graph, {.percentile = p, .scope = ThresholdRule::Scope::channel}, 40);
      for (const Values& image : images) {
        per_layer.add(graph.outputs[0], image);
        per_channel.add(graph.outputs[0], image);
        all.insert(all.end(), image.begin(), image.end());
        channel0.insert(channel0.end(), image.begin(), image.begin() + 25);
      }
      const double layer = percentile_of(all, p);
      const double channel = percentile_of(channel0, p);
      EXPECT_NEAR(per_layer.scales()[0].channel[0], layer, kRounding * layer);
      EXPECT_EQ(per_layer.scales()[0].channel[0], per_layer.scales()[0].channel[1]);
      EXPECT_NEAR(per_channel.scales()[0].channel[0], channel, kRounding * channel);
    }
  }
}

TEST(Calibration, DoesNotDependOnTheOrderOfImages) {
  const FloatGraph graph = two_channels();
  auto images = random_images(30, 7);
  Calibration forward(graph, {.percentile = 97.0}, 30);
  Calibration backward(graph, {.percentile = 97.0}, 30);
  for (const Values& image : images) {
    forward.add(graph.outputs[0], image);
  }
  std::reverse(images.begin(), images.end());
  for (const Values& image : images) {
    backward.add(graph.outputs[0], image);
  }
  EXPECT_EQ(forward.scales()[0].channel, backward.scales()[0].channel);
}

TEST(Calibration, RoundsToTwelveSignificantBits) {
  const FloatGraph graph = two_channels();
  Calibration calibration(graph, {.method = ThresholdRule::Method::maximum}, 1);
  Values values(50, 0.0F);
  values[0] = 1.0F + 0x1p-11F + 0x1p-20F;
  values[25] = 3.0F;
  calibration.add(graph.outputs[0], values);
  EXPECT_EQ(calibration.scales()[0].channel, (Values{1.0F + 0x1p-11F, 3.0F}));
}

TEST(Calibration, TakesTheLayersScaleForASilentChannelAndOneForASilentLayer) {
  const FloatGraph graph = two_channels();
  Calibration half(graph, {.method = ThresholdRule::Method::maximum}, 1);
  Values values(50, 0.0F);
  values[30] = 2.0F;
  half.add(graph.outputs[0], values);
  EXPECT_EQ(half.scales()[0].channel, (Values{2.0F, 2.0F}));
  Calibration silent(graph, {}, 1);
  silent.add(graph.outputs[0], Values(50, 0.0F));
  EXPECT_EQ(silent.scales()[0].channel, (Values{1.0F, 1.0F}));
}

TEST(Calibration, NeverExceedsTheUpperLimitOfAClip) {
  const FloatGraph graph = two_channels(2.5F);
  Calibration calibration(graph, {.method = ThresholdRule::Method::maximum}, 1);
  calibration.add(graph.outputs[0], Values(50, 2.5001F));
  EXPECT_EQ(calibration.scales()[0].channel, (Values{2.5F, 2.5F}));
}

TEST(Calibration, RefusesMoreImagesThanMemoryAllowsAndSaysHowManyWouldFit) {
  GraphBuilder b({64, 224, 224});
  const FloatGraph graph = b.finish(b.relu(b.input()));
  try {
    const Calibration calibration(graph, {.percentile = 50.0}, 100000);
    FAIL() << "expected Error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_THAT(error.what(), testing::HasSubstr("take at most"));
  }
}

}  // namespace
}  // namespace homolog::conversion::thresholds_test
