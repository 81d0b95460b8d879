#include "experiments/rsa/v1_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "experiments/rsa/reference_model.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::v1_model_test {
namespace {

/// A grating of `cycles` per image width whose wave vector points at `degrees`, amplitude 0.5 about 0.5.
Image grating(std::int64_t size, double cycles, double degrees, double phase) {
  const double angle = degrees * std::numbers::pi / 180.0;
  return test::grey_images(1, size, size, [&](std::int64_t, std::int64_t y, std::int64_t x) {
    const double along = (std::cos(angle) * (static_cast<double>(x) + 0.5) +
                          std::sin(angle) * (static_cast<double>(y) + 0.5)) /
                         static_cast<double>(size);
    return 0.5 + 0.5 * std::cos(2.0 * std::numbers::pi * cycles * along + phase);
  })[0];
}

/// Response of one filter in the middle of the image, far from the border.
float central(const V1Model& model, const std::vector<float>& responses, std::size_t frequency,
              int orientation) {
  const std::int64_t middle = model.frequencies()[frequency] / 2;
  return responses[static_cast<std::size_t>(model.unit(frequency, orientation, middle, middle))];
}

TEST(V1Model, AgreesWithTwoDimensionalFiltersInNumpy) {
  const auto tables = test::read_tables("fixtures.txt");
  for (const std::string name : {"image.a", "image.b"}) {
    const test::Table& table = tables.at(name);
    Image image;
    image.channels = 1;
    image.height = static_cast<std::int64_t>(table.rows);
    image.width = static_cast<std::int64_t>(table.columns);
    image.pixels = test::as_float(table.values);
    const V1Model model(image.height, image.width);
    const std::vector<float> responses = model.respond(image);
    const test::Table& expected = tables.at("v1." + name);
    ASSERT_EQ(responses.size(), expected.values.size());
    for (std::size_t k = 0; k < responses.size(); ++k) {
      EXPECT_NEAR(responses[k], expected.values[k], 1e-7) << name << " " << k;  // rounding to float, below 1
    }
  }
}

TEST(V1Model, HasTheFrequenciesThatThePixelsCarry) {
  EXPECT_EQ(V1Model(28, 28).frequencies(), (std::vector<int>{1, 2, 4, 8}));
  EXPECT_EQ(V1Model(32, 32).frequencies(), (std::vector<int>{1, 2, 4, 8}));
  EXPECT_EQ(V1Model(175, 175).frequencies(), (std::vector<int>{1, 2, 4, 8, 16, 32}));
  EXPECT_EQ(V1Model(1, 1).frequencies(), std::vector<int>{1});
  EXPECT_EQ(V1Model(28, 28).units(), 8 * (1 + 4 + 16 + 64));
}

TEST(V1Model, DoesNotDependOnThePhaseOfAGrating) {
  const V1Model model(64, 64);
  constexpr std::size_t kEightCycles = 3;
  for (int orientation = 0; orientation < V1Model::kOrientations; ++orientation) {
    for (const double phase : {0.0, 0.7, 1.6, 3.1, 4.4}) {
      const std::vector<float> responses = model.respond(grating(64, 8.0, 22.5 * orientation, phase));
      // Half the amplitude of 0.5; 1 %: the envelope is cut at three sigma, where it is 0.011.
      EXPECT_NEAR(central(model, responses, kEightCycles, orientation), 0.25F, 0.0025F)
          << orientation << " " << phase;
    }
  }
}

TEST(V1Model, PrefersItsOwnOrientationAndFrequency) {
  const V1Model model(96, 96);
  const std::vector<int> frequencies = model.frequencies();
  for (std::size_t f = 2; f < frequencies.size(); ++f) {  // lower ones reach the border
    for (int orientation = 0; orientation < V1Model::kOrientations; ++orientation) {
      const std::vector<float> responses =
          model.respond(grating(96, frequencies[f], 22.5 * orientation, 0.3));
      const float best = central(model, responses, f, orientation);
      for (std::size_t other = 2; other < frequencies.size(); ++other) {
        for (int k = 0; k < V1Model::kOrientations; ++k) {
          if (other != f || k != orientation) {
            EXPECT_LT(central(model, responses, other, k), 0.8F * best)
                << frequencies[f] << " cycles, orientation " << orientation << " against " << other << ", "
                << k;
          }
        }
      }
    }
  }
}

TEST(V1Model, HasABandwidthOfOneOctaveAtHalfAmplitude) {
  // The response to frequency F is exp(-2 (pi sigma (F - f))^2) of the best: half at F = 2/3 f and 4/3 f,
  // which are an octave apart.
  const V1Model model(96, 96);
  constexpr std::size_t kEightCycles = 3;
  const float best = central(model, model.respond(grating(96, 8.0, 0.0, 0.0)), kEightCycles, 0);
  for (const double frequency : {8.0 * 2.0 / 3.0, 8.0 * 4.0 / 3.0}) {
    const float response = central(model, model.respond(grating(96, frequency, 0.0, 0.4)), kEightCycles, 0);
    EXPECT_NEAR(response / best, 0.5F, 0.02F) << frequency;  // cut envelope, sampled grating
  }
}

TEST(V1Model, DoesNotRespondToUniformLight) {
  const V1Model model(30, 45);
  const Image light =
      test::grey_images(1, 30, 45, [](std::int64_t, std::int64_t, std::int64_t) { return 0.8; })[0];
  for (const float response : model.respond(light)) {
    EXPECT_LT(response, 1e-14F);  // cancellation of sums that are 1, in double
  }
}

TEST(V1Model, IsTheSameForOtherResolutions) {
  const V1Model coarse(64, 64);
  const V1Model fine(192, 192);
  const std::vector<float> low = coarse.respond(grating(64, 3.0, 30.0, 1.0));
  const std::vector<float> high = fine.respond(grating(192, 3.0, 30.0, 1.0));
  for (std::size_t f = 0; f < 3; ++f) {
    const std::int64_t cells = coarse.frequencies()[f];
    for (int k = 0; k < V1Model::kOrientations; ++k) {
      for (std::int64_t row = 0; row < cells; ++row) {
        // 5 % of the largest response, 0.25: the pixels of the border, which go on beyond it, are others.
        EXPECT_NEAR(low[static_cast<std::size_t>(coarse.unit(f, k, row, 0))],
                    high[static_cast<std::size_t>(fine.unit(f, k, row, 0))], 0.0125);
      }
    }
  }
}

TEST(V1Model, TakesTheMeanOfTheChannels) {
  Image colour = grating(32, 4.0, 45.0, 0.0);
  const std::vector<float> grey = V1Model(32, 32).respond(colour);
  const std::size_t area = colour.pixels.size();
  colour.channels = 3;
  colour.pixels.resize(3 * area, 0.0F);
  for (std::size_t k = 0; k < area; ++k) {
    colour.pixels[2 * area + k] =
        3.0F * colour.pixels[k] - 1.0F;  // channels (p, 0, 3p - 1): mean (4p - 1) / 3
  }
  const std::vector<float> mixed = V1Model(32, 32).respond(colour);
  for (std::size_t k = 0; k < grey.size(); ++k) {
    EXPECT_NEAR(mixed[k], 4.0F / 3.0F * grey[k], 1e-6F);  // single precision of the pixels
  }
}

TEST(V1Model, RefusesImagesOfAnotherSize) {
  EXPECT_THROW(static_cast<void>(V1Model(32, 32).respond(grating(31, 1.0, 0.0, 0.0))), Error);
  EXPECT_THROW(V1Model(0, 32), Error);
  EXPECT_THROW(V1Model(32, 5000), Error);
}

TEST(V1ReferenceModel, RespondsToEveryStimulusAndIsCalledAModel) {
  std::vector<Image> images;
  for (int k = 0; k < 40; ++k) {  // more than are computed between two reports
    images.push_back(grating(24, 1.0 + k % 5, 9.0 * k, 0.1 * k));
  }
  const ReferenceModel v1 = reference_models().find("v1");
  EXPECT_NE(v1.title.find("model"), std::string::npos);
  const std::unique_ptr<Patterns> patterns = v1.respond(test::FakeStimuli(images), {});
  const V1Model model(24, 24);
  ASSERT_EQ(patterns->count(), 40);
  ASSERT_EQ(patterns->units(), model.units());
  const std::vector<float> all = patterns->read(0, patterns->units());
  const std::vector<float> last = model.respond(images.back());
  EXPECT_TRUE(std::equal(last.begin(), last.end(), all.end() - model.units()));
}

}  // namespace
}  // namespace homolog::experiments::v1_model_test
