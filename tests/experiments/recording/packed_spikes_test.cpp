#include "experiments/recording/packed_spikes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>

#include "sim/core/error.hpp"

namespace homolog::experiments::packed_spikes_test {
namespace {

using Spike = std::pair<std::uint32_t, std::uint32_t>;  ///< step, neuron

std::vector<Spike> unpacked(const PackedSpikes& packed) {
  std::vector<Spike> spikes;
  auto place = packed.places.begin();
  for (std::size_t i = 0; i < packed.in_page.size(); ++i) {
    for (std::uint16_t k = 0; k < packed.in_page[i]; ++k) {
      spikes.emplace_back(i / packed.pages(), i % packed.pages() * kPageNeurons + *place++);
    }
  }
  EXPECT_TRUE(place == packed.places.end());
  return spikes;
}

/// Random spikes given to a packer, and what must come of them by definition.
std::vector<Spike> give(SpikePacker& packer, const sim::Shape& shape, std::uint32_t steps, double activity,
                        unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution fires(activity);
  std::vector<Spike> spikes;
  for (std::uint32_t step = 1; step < steps; step += 2) {  // a silent step is not announced
    std::vector<sim::UnitId> units;
    for (sim::UnitId unit = 0; unit < static_cast<sim::UnitId>(shape.size()); ++unit) {
      if (fires(random)) {
        units.push_back(unit);
        spikes.emplace_back(step, sim::chw_from_hwc(shape, unit));
      }
    }
    packer.add(step, units);
  }
  std::sort(spikes.begin(), spikes.end());
  return spikes;
}

TEST(SpikePacker, SortsTheSpikesOfEachStepInChannelMajorOrder) {
  for (const sim::Shape& shape :
       {sim::Shape{1, 1, 1}, sim::Shape{1, 5, 300}, sim::Shape{1000, 1, 1}, sim::Shape{3, 7, 5},
        sim::Shape{64, 17, 19}, sim::Shape{96, 8, 8}, sim::Shape{127, 3, 2}, sim::Shape{5, 128, 131}}) {
    SpikePacker packer(shape, 4);
    for (const double activity : {0.0, 0.002, 0.1, 0.9, 1.0}) {
      packer.clear();
      const auto spikes = give(packer, shape, 4, activity, 7);
      EXPECT_TRUE(unpacked(packer.packed()) == spikes) << sim::to_string(shape) << " " << activity;
      EXPECT_EQ(packer.packed().neurons, static_cast<std::uint64_t>(shape.size()));
    }
  }
}

// The channel of a unit is found by multiplication with a reciprocal: right up to the largest unit, for
// numbers of channels on both sides of powers of two.
TEST(SpikePacker, FindsTheLastUnitsOfLargeLayers) {
  for (const std::int64_t channels : {1, 3, 255, 256, 257, 65'535, 65'537, 1'048'577}) {
    const sim::Shape shape{channels, (std::int64_t{1} << 27U) / channels, 1};
    const auto units = static_cast<sim::UnitId>(shape.size());
    SpikePacker packer(shape, 1);
    packer.add(0, std::vector<sim::UnitId>{units - 2, units - 1});
    std::vector<Spike> spikes{{0U, sim::chw_from_hwc(shape, units - 2)},
                              {0U, sim::chw_from_hwc(shape, units - 1)}};
    std::sort(spikes.begin(), spikes.end());
    EXPECT_EQ(unpacked(packer.packed()), spikes) << channels;
  }
}

TEST(SpikePacker, ForgetsWhenCleared) {
  const sim::Shape shape{3, 7, 5};
  SpikePacker packer(shape, 4);
  give(packer, shape, 4, 0.5, 1);
  packer.clear();
  EXPECT_TRUE(packer.packed().places.empty());
  EXPECT_THAT(packer.packed().in_page, testing::Each(0));
  EXPECT_EQ(packer.packed().in_page.size(), 4U);
}

TEST(SpikePacker, RefusesStepsThatDoNotIncreaseOrAreBeyondTheLast) {
  SpikePacker packer({3, 2, 2}, 4);
  const std::vector<sim::UnitId> units{1, 2};
  packer.add(2, units);
  EXPECT_THROW(packer.add(2, units), Error);
  EXPECT_THROW(packer.add(1, units), Error);
  EXPECT_THROW(packer.add(4, units), Error);
  packer.add(3, units);
  EXPECT_EQ(unpacked(packer.packed()).size(), 4U);
}

}  // namespace
}  // namespace homolog::experiments::packed_spikes_test
