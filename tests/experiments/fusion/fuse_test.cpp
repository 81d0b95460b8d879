#include "experiments/fusion/fuse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>

#include "experiments/fusion/sampled_units.hpp"
#include "experiments/fusion/shared_variance.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/fusion/support.hpp"
#include "tests/support/analysis_entry.hpp"

namespace homolog::experiments::fuse_test {
namespace {

using test::refusal;

using testing::HasSubstr;

constexpr std::uint64_t kSeed = 11;   // of the fixtures
constexpr std::size_t kSamples = 40;  // of the fixtures

using Rdms = std::vector<OrderedRdm>;

Rdms part(const std::string& name, std::size_t first, std::size_t count) {
  const Rdms all = test::fixture_rdms(name);
  return {all.begin() + static_cast<std::ptrdiff_t>(first),
          all.begin() + static_cast<std::ptrdiff_t>(first + count)};
}

Rdms one(const OrderedRdm& rdm) {
  return {rdm};
}

/// fuse() of systems with so many subjects.
FusionResult fuse_systems(const Rdms& first, std::size_t first_subjects, const Rdms& second,
                          std::size_t second_subjects, const Rdms& models, const Rdms& controls,
                          const FusionOptions& options) {
  const auto unordered = [](const Rdms& rdms) {
    std::vector<Rdm> all;
    for (const OrderedRdm& rdm : rdms) {
      all.push_back(rdm.rdm());
    }
    return all;
  };
  const std::vector<Rdm> first_rdms = unordered(first);
  const std::vector<Rdm> second_rdms = unordered(second);
  return fuse(SystemRdms(first_rdms, first_subjects), SystemRdms(second_rdms, second_subjects), models,
              controls, options);
}
FusionResult fuse_one_subject(const Rdms& first, const OrderedRdm& second, const Rdms& models,
                              const Rdms& controls, const FusionOptions& options) {
  return fuse_systems(first, 1, one(second), 1, models, controls, options);
}

/// SharedVariance against regressions by NumPy, where pairs are repeated as often as they were drawn.
void expect_shared(bool ranks, bool drawn, bool controlled) {
  const PairSample sample = test::fixture_sample(drawn);
  std::vector<std::vector<double>> controls;
  for (const OrderedRdm& control : part("predictors", 2, controlled ? 2 : 0)) {
    controls.push_back(sampled_unit(control, sample, ranks));
  }
  SharedVariance shared(sampled_unit(test::fixture_rdms("second")[0], sample, ranks), controls, 2);
  for (std::size_t m = 0; m < 2; ++m) {
    shared.set_model(m, sampled_unit(test::fixture_rdms("predictors")[m], sample, ranks));
  }
  const std::string ending = std::string(ranks ? "_ranks" : "_values") + (drawn ? "_drawn" : "_whole");
  const Rdms first = test::fixture_rdms("first");
  for (std::size_t t = 0; t < first.size(); ++t) {
    const std::vector<double> unit = sampled_unit(first[t], sample, ranks);
    EXPECT_NEAR(shared.correlations(unit)[0], test::fixture_row("correlation" + ending, 0)[t],
                test::kRegression);
    const std::vector<double> got = shared.commonality(unit);
    ASSERT_EQ(got.size(), 2U);
    for (std::size_t m = 0; m < 2; ++m) {
      EXPECT_NEAR(got[m], test::fixture_row((controlled ? "controlled" : "commonality") + ending, t)[m],
                  4 * test::kRegression)  // four R^2
          << ending << " time " << t << " model " << m;
      if (controlled) {
        EXPECT_NEAR(got[m], test::fixture_row("semi_partial" + ending, t)[m], 4 * test::kRegression);
      }
    }
  }
}

TEST(SharedVariance, IsTheCommonalityOfFourRegressions) {
  expect_shared(true, false, false);
  expect_shared(false, false, false);
  expect_shared(true, true, false);
  expect_shared(false, true, false);
}

TEST(SharedVariance, LeavesOutWhatControlsExplain) {
  expect_shared(true, false, true);
  expect_shared(false, false, true);
  expect_shared(true, true, true);
  expect_shared(false, true, true);
}

FusionResult fuse_fixtures(const FusionOptions& options) {
  return fuse_one_subject(test::fixture_rdms("first"), test::fixture_rdms("second")[0],
                          part("predictors", 0, 2), {}, options);
}

const TimeCourse& course(const FusionResult& result, std::size_t column) {
  return column == 0 ? result.correlation : result.commonality[column - 1];
}

TEST(Fuse, HasTheErrorsAndPValuesOfExplicitDraws) {
  const FusionResult got =
      fuse_fixtures({.stimuli = true, .samples = kSamples, .permutations = kSamples, .seed = kSeed});
  const double width = test::fixture_row("widths", 0)[1];
  for (std::size_t t = 0; t < 5; ++t) {
    for (std::size_t c = 0; c < 3; ++c) {
      const Estimate& estimate = course(got, c).estimates[t];
      const double error = test::fixture_row("fusion_error", t)[c];
      // Regressions to 1e-12, in roots of variances of some 1e-2.
      EXPECT_NEAR(estimate.standard_error, error, 1e-10);
      EXPECT_NEAR(estimate.ci_low, estimate.value - width * error, 1e-9);
      EXPECT_NEAR(estimate.ci_high, estimate.value + width * error, 1e-9);
      // Counts of permutations.
      EXPECT_NEAR(course(got, c).p[t], test::fixture_row("fusion_p", t)[c], 1e-15) << t << " " << c;
      EXPECT_NEAR(course(got, c).p_fdr[t], test::fixture_row("fusion_p_fdr", t)[c], 1e-14);
    }
  }
}

/// Four subjects at two times with three subjects.
FusionResult fuse_subjects(const FusionOptions& options) {
  return fuse_systems(test::fixture_rdms("first_subjects"), 4, test::fixture_rdms("second_subjects"), 3,
                      part("predictors", 0, 2), {}, options);
}

TEST(Fuse, DrawsSubjectsOfBothSystemsAndStimuliIndependently) {
  const std::vector<std::pair<std::string, FusionOptions>> ways{{"both", {.stimuli = true, .subjects = true}},
                                                                {"subjects", {.subjects = true}},
                                                                {"stimuli", {.stimuli = true}}};
  for (const auto& [name, way] : ways) {
    FusionOptions options = way;
    options.samples = kSamples;
    options.seed = kSeed;
    const FusionResult got = fuse_subjects(options);
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t c = 0; c < 3; ++c) {
        const Estimate& estimate = course(got, c).estimates[t];
        const double error = test::fixture_row("fusion_" + name + "_error", t)[c];
        EXPECT_NEAR(estimate.value, test::fixture_row("fusion_subjects_value", t)[c], 4 * test::kRegression);
        EXPECT_NEAR(estimate.standard_error, error, 1e-10) << name << " time " << t << " column " << c;
        if (options.subjects) {  // three subjects are the fewest: 2 degrees of freedom
          EXPECT_NEAR(estimate.ci_high - estimate.value, test::fixture("fusion_both_width").values[0] * error,
                      1e-9);
        }
      }
    }
  }
}

TEST(Fuse, DoesNotDrawTheOnlySubjectOfASystem) {
  const Rdms first = test::fixture_rdms("first"), second = one(test::fixture_rdms("second")[0]);
  const auto error = [&](const Rdms& others, std::size_t subjects, const FusionOptions& options) {
    return fuse_systems(first, 1, others, subjects, {}, {}, options).correlation.estimates[0].standard_error;
  };
  const FusionOptions both{.stimuli = true, .subjects = true, .samples = 20};
  EXPECT_EQ(error(second, 1, both), error(second, 1, {.stimuli = true, .samples = 20}));
  EXPECT_TRUE(std::isnan(error(second, 1, {.subjects = true, .samples = 20})));
  EXPECT_GT(error(test::fixture_rdms("second_subjects"), 3, {.subjects = true, .samples = 20}), 0.0);
}

TEST(Fuse, WithoutInferenceSaysValuesOnly) {
  const FusionResult got = fuse_fixtures({});
  for (std::size_t t = 0; t < 5; ++t) {
    EXPECT_NEAR(got.correlation.estimates[t].value, test::fixture_row("correlation_ranks_whole", 0)[t],
                test::kRegression);
    EXPECT_TRUE(std::isnan(got.correlation.estimates[t].standard_error));
    EXPECT_TRUE(std::isnan(got.correlation.p[t]) && std::isnan(got.commonality[0].p_fdr[t]));
  }
}

TEST(Fuse, HasTheSameBitsForAnyNumberOfThreads) {
  const auto options = [](std::size_t memory) {
    return FusionOptions{.stimuli = true,
                         .subjects = true,
                         .samples = 100,
                         .permutations = 100,
                         .seed = 3,
                         .max_memory = memory};
  };
  const auto bits = [&options](int threads, std::size_t memory = std::size_t{1} << 30U) {
    const FusionResult got =
        test::with_threads(threads, [&options, memory] { return fuse_subjects(options(memory)); });
    std::vector<std::uint64_t> all;
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t t = 0; t < 2; ++t) {
        const Estimate& estimate = course(got, c).estimates[t];
        for (const double value : {estimate.value, estimate.standard_error, course(got, c).p[t]}) {
          all.push_back(std::bit_cast<std::uint64_t>(value));
        }
      }
    }
    return all;
  };
  EXPECT_EQ(bits(1), bits(4));
  std::size_t scarce = 0;  // memory for one draw at a time
  while (refusal([&] { static_cast<void>(fuse_subjects(options(scarce))); }, ErrorKind::config) !=
         "nothing was thrown") {
    scarce += 1000;
  }
  EXPECT_EQ(bits(1), bits(4, scarce));
}

TEST(Fuse, AModelEqualToTheSecondSharesAllOfTheFusion) {
  const OrderedRdm second = test::random_rdm(8, 1), first = test::random_rdm(8, 2);
  const FusionResult got =
      fuse_one_subject(one(first), second, one(second), {}, {.stimuli = true, .samples = 20});
  const double r = got.correlation.estimates[0].value;
  EXPECT_NEAR(got.commonality[0].estimates[0].value, r * r, 1e-15);
}

TEST(Fuse, BeyondAControlEqualToTheSecondNothingIsShared) {
  const OrderedRdm second = test::random_rdm(8, 1), first = test::random_rdm(8, 2),
                   model = test::random_rdm(8, 3);
  const FusionResult got = fuse_one_subject(one(first), second, one(model), one(second), {});
  EXPECT_EQ(got.commonality[0].estimates[0].value, 0.0);
}

TEST(Fuse, AModelThatIsAControlSharesNothingBeyondIt) {
  const OrderedRdm second = test::random_rdm(8, 1), first = test::random_rdm(8, 2),
                   model = test::random_rdm(8, 3);
  const FusionResult got = fuse_one_subject(one(first), second, one(model), one(model), {});
  EXPECT_NEAR(got.commonality[0].estimates[0].value, 0.0, 1e-15);
}

TEST(Fuse, ConstantRdmsAreUndefinedAndConstantModelsShareNothing) {
  const Rdms first{test::random_rdm(6, 1), test::constant_rdm(6)};
  const Rdms models{test::random_rdm(6, 2), test::constant_rdm(6)};
  const FusionOptions options{.stimuli = true, .samples = 20, .permutations = 20};
  const FusionResult got = fuse_one_subject(first, test::random_rdm(6, 3), models, {}, options);
  EXPECT_FALSE(std::isnan(got.commonality[0].estimates[0].value));
  EXPECT_EQ(got.commonality[1].estimates[0].value, 0.0);
  EXPECT_EQ(got.commonality[1].p[0], 1.0);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_TRUE(std::isnan(course(got, c).estimates[1].value));
    EXPECT_TRUE(std::isnan(course(got, c).estimates[1].standard_error));
    EXPECT_TRUE(std::isnan(course(got, c).p[1]) && std::isnan(course(got, c).p_fdr[1]));
  }
  const FusionResult flat = fuse_one_subject(first, test::constant_rdm(6), models, {}, options);
  EXPECT_TRUE(std::isnan(flat.correlation.estimates[0].value));
  EXPECT_TRUE(std::isnan(flat.commonality[0].estimates[0].value) && std::isnan(flat.commonality[0].p[0]));
}

TEST(Fuse, WorksWithThreeStimuliAndWithoutModels) {
  const OrderedRdm first = test::random_rdm(3, 1);
  const FusionResult got = fuse_one_subject(one(first), test::random_rdm(3, 2), {}, {},
                                            {.stimuli = true, .samples = 10, .permutations = 10});
  EXPECT_TRUE(got.commonality.empty());
  EXPECT_LE(std::abs(got.correlation.estimates[0].value), 1.0);
}

TEST(Fuse, RefusesWhatItCannotFuse) {
  const OrderedRdm six = test::random_rdm(6, 1), five = test::random_rdm(5, 1), two = test::random_rdm(2, 1);
  const auto attempt = [](const OrderedRdm& first, const OrderedRdm& second, const FusionOptions& options) {
    return [&first, &second, options] {
      static_cast<void>(fuse_one_subject(one(first), second, one(second), {}, options));
    };
  };
  EXPECT_THAT(refusal(attempt(five, six, {}), ErrorKind::data), HasSubstr("same stimuli"));
  EXPECT_THAT(refusal(attempt(two, two, {}), ErrorKind::data), HasSubstr("3 are the least"));
  EXPECT_THAT(refusal(
                  [&] {
                    static_cast<void>(fuse_systems(one(six), 1, {six, six}, 1, {}, {}, {}));
                  },
                  ErrorKind::data),
              HasSubstr("2 times; expected one"));
  EXPECT_THAT(refusal(
                  [&] {
                    static_cast<void>(fuse_systems({six, six, six}, 2, one(six), 1, {}, {}, {}));
                  },
                  ErrorKind::data),
              HasSubstr("not with all subjects at every time"));
  EXPECT_THAT(refusal([&] { static_cast<void>(fuse_one_subject({}, six, {}, {}, {})); }, ErrorKind::data),
              HasSubstr("without times"));
  EXPECT_THAT(refusal(attempt(six, six, {.permutations = 2000000}), ErrorKind::config),
              HasSubstr("up to 1000000"));
  EXPECT_THAT(refusal(attempt(six, six, {.stimuli = true, .samples = 1}), ErrorKind::config),
              HasSubstr("2 to 1000000"));
  EXPECT_THAT(refusal(attempt(six, six, {.max_memory = 1000}), ErrorKind::config), HasSubstr("memory"));
}

}  // namespace
}  // namespace homolog::experiments::fuse_test
