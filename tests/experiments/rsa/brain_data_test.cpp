#include <gtest/gtest.h>

#include <cmath>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/noise_ceiling.hpp"
#include "experiments/rsa/reference.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::brain_data_test {
namespace {

constexpr char kImages[] = "data/kriegeskorte92/kriegeskorte92.h5";
constexpr char kSubjects[] = "data/algonauts92/algonauts92_fmri.h5";
constexpr std::size_t kStimuli = 92;
constexpr double kThirdDecimal = 5e-4;  // published to three decimals

std::vector<ScaledRdm> load(const std::string& path, const std::string& dataset,
                            const Comparison& comparison) {
  std::vector<ScaledRdm> rdms;
  for (const Rdm& rdm : load_reference({path, dataset, ""}, test::numbered(kStimuli))) {
    rdms.emplace_back(rdm, std::span<const Comparison>(&comparison, 1));
  }
  return rdms;
}

double similarity(const std::string& name, const std::string& path, const std::string& a,
                  const std::string& b) {
  const Comparison comparison = comparisons().find(name);
  return compare(comparison, load(path, a, comparison).front(), load(path, b, comparison));
}

TEST(Kriegeskorte92, MonkeyAndHumanItAreAsSimilarAsPublished) {
  HOMOLOG_NEEDS_DATA(path, kImages);
  // Kriegeskorte et al. 2008, doi:10.1016/j.neuron.2008.10.043: r = 0.49; docs/data.md has the other figures.
  EXPECT_NEAR(similarity("pearson", path, "/rdms/monkey_IT", "/rdms/human_IT"), 0.491, kThirdDecimal);
  EXPECT_NEAR(similarity("spearman", path, "/rdms/monkey_IT", "/rdms/human_IT"), 0.439, kThirdDecimal);
  EXPECT_NEAR(similarity("spearman", path, "/rdms/human_IT", "/rdms/categorical/animacy"), 0.588,
              kThirdDecimal);
  EXPECT_NEAR(similarity("spearman", path, "/rdms/monkey_IT", "/rdms/categorical/animacy"), 0.453,
              kThirdDecimal);
  EXPECT_NEAR(similarity("spearman", path, "/rdms/human_IT", "/rdms/other/EVA"), 0.354, kThirdDecimal);
}

TEST(Kriegeskorte92, BehaviourIsAsSimilarToItAsMeasured) {
  HOMOLOG_NEEDS_DATA(path, kImages);
  const Comparison comparison = comparisons().find("spearman");
  const std::span<const Comparison> one(&comparison, 1);
  const ScaledRdm behaviour(mean_rdm(load_reference({path, "/rdms/behaviour", ""}, test::numbered(kStimuli))),
                            one);
  EXPECT_NEAR(compare(comparison, behaviour, load(path, "/rdms/human_IT", comparison)), 0.392, kThirdDecimal);
  EXPECT_NEAR(compare(comparison, behaviour, load(path, "/rdms/monkey_IT", comparison)), 0.394,
              kThirdDecimal);
}

TEST(Kriegeskorte92, MonkeyAndHumanItAgreeWithScipyToTenDigits) {
  HOMOLOG_NEEDS_DATA(path, kImages);
  const auto tables = test::read_tables("brain_data.txt");
  for (const std::string& name : comparisons().names()) {
    const double value = similarity(name, path, "/rdms/monkey_IT", "/rdms/human_IT");
    if (tables.count("monkey_human." + name) > 0) {
      EXPECT_NEAR(value, tables.at("monkey_human." + name).values[0], 1e-10) << name;
    } else {
      EXPECT_TRUE(std::isnan(value)) << name;
    }
  }
}

TEST(Algonauts92, NoiseCeilingsAndScoresAgreeWithScipy) {
  HOMOLOG_NEEDS_DATA(images, kImages);
  HOMOLOG_NEEDS_DATA(fmri, kSubjects);
  const auto tables = test::read_tables("brain_data.txt");
  for (const std::string area : {"evc", "it"}) {
    for (const std::string name : {"spearman", "spearman_squared", "pearson", "cosine", "kendall"}) {
      const Comparison comparison = comparisons().find(name);
      const std::vector<ScaledRdm> subjects = load(fmri, "/rdms/" + area, comparison);
      ASSERT_EQ(subjects.size(), 15U);
      const NoiseCeiling ceiling = noise_ceiling(comparison, subjects);
      const test::Table& expected = tables.at("ceiling." + area + "." + name);
      EXPECT_NEAR(ceiling.low, expected.values[0], 1e-10) << area << " " << name;
      EXPECT_NEAR(ceiling.high, expected.values[1], 1e-10) << area << " " << name;
      const std::string score = "monkey_IT." + area + "." + name;
      if (tables.count(score) > 0) {
        const ScaledRdm monkey = load(images, "/rdms/monkey_IT", comparison).front();
        EXPECT_NEAR(compare(comparison, monkey, subjects), tables.at(score).values[0], 1e-10) << score;
      }
    }
  }
}

TEST(Algonauts92, UpperNoiseCeilingsOfTheSquaredSpearmanAreThoseOfTheChallenge) {
  HOMOLOG_NEEDS_DATA(fmri, kSubjects);
  const Comparison comparison = comparisons().find("spearman_squared");
  EXPECT_NEAR(noise_ceiling(comparison, load(fmri, "/rdms/evc", comparison)).high, 0.1589, 5e-5);
  EXPECT_NEAR(noise_ceiling(comparison, load(fmri, "/rdms/it", comparison)).high, 0.3075, 5e-5);
}

}  // namespace
}  // namespace homolog::experiments::brain_data_test
